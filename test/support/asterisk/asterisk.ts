import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { until } from '../until.js';

interface UnpackedAsterisk {
  readonly root: string;
  readonly triplet: string;
  readonly version: string;
}

export interface AsteriskOptions {
  /** UDP and TCP port on 127.0.0.1. */
  readonly port: number;
  /** First of 200 RTP ports. */
  readonly rtpStart: number;
  /** Files, from the project's root, to lay over sip-config/asterisk. */
  readonly extraConfig?: readonly string[];
}

/** Tests and benchmarks run from the project's root. */
const PROJECT = process.cwd();

/** Files that Asterisk complains about when they are absent. */
const EMPTY_BUT_NEEDED = [
  'acl.conf',
  'ccss.conf',
  'cdr.conf',
  'cel.conf',
  'features.conf',
  'manager.conf',
  'pjproject.conf',
  'stasis.conf',
  'udptl.conf',
];

/** The Asterisk that test/run.mjs has prepared; its place comes in by the environment. */
function unpacked(): UnpackedAsterisk {
  const text = process.env['SIPSIREN_TEST_ASTERISK'];
  if (!text)
    throw new Error(
      'No Asterisk is prepared: run these tests by `npm test`, or `node test/run.mjs asterisk`.',
    );
  return JSON.parse(text) as UnpackedAsterisk;
}

/** A real Asterisk with the configuration of sip-config/, on loopback, in a folder of its own. */
export class Asterisk {
  readonly #options: AsteriskOptions;
  readonly #source = unpacked();
  /** Short, because the path of the control socket has to fit in 107 characters. */
  readonly folder = mkdtempSync(join(tmpdir(), 'ast-'));
  #process: ChildProcess | undefined;

  constructor(options: AsteriskOptions) {
    this.#options = options;
  }

  get version(): string {
    return this.#source.version;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get port(): number {
    return this.#options.port;
  }

  /** Starts with an empty database: it knows no registration of an earlier run. */
  async start(): Promise<void> {
    rmSync(join(this.folder, 'db'), { recursive: true, force: true });
    this.#writeConfiguration();
    const [loader, ...args] = this.#command(['-f', '-n']);
    this.#process = spawn(loader!, args, { cwd: this.folder, stdio: ['ignore', 'ignore', 'ignore'] });
    await until('Asterisk to start', async () => {
      if (this.#process?.exitCode !== null) throw new Error(`Asterisk ended by itself:\n${this.log()}`);
      return (await this.#ask('core waitfullybooted')).includes('fully booted');
    });
    const trouble = /^.*(?:Unable to bind|Address already in use|Error loading module).*$/m.exec(this.log());
    if (trouble) throw new Error(`Asterisk started with an error: ${trouble[0]}`);
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /** Ends it and removes its folder. */
  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a command of its console and gives what it prints. `channel originate` takes until the call is answered. */
  command(text: string): Promise<string> {
    return this.#ask(text);
  }

  log(): string {
    const file = join(this.folder, 'log/messages.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  async #ask(text: string): Promise<string> {
    const [loader, ...args] = this.#command(['-rx', text]);
    const child = spawn(loader!, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await once(child, 'close');
    return output;
  }

  #command(args: readonly string[]): string[] {
    const { root, triplet } = this.#source;
    const libraries = join(root, 'usr/lib', triplet);
    const loader = ['ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1'].find((name) =>
      existsSync(join(libraries, name)),
    );
    if (!loader) throw new Error(`there is no loader for this machine in ${libraries}`);
    return [
      join(libraries, loader),
      '--library-path',
      `${libraries}:${join(root, 'usr/lib')}`,
      join(root, 'usr/sbin/asterisk'),
      '-C',
      join(this.folder, 'etc/asterisk.conf'),
      ...args,
    ];
  }

  #writeConfiguration(): void {
    const { root, triplet } = this.#source;
    const { port, rtpStart, extraConfig = [] } = this.#options;
    for (const name of ['etc', 'lib', 'db', 'keys', 'data', 'agi', 'spool', 'run', 'log']) {
      mkdirSync(join(this.folder, name), { recursive: true });
    }
    const etc = join(this.folder, 'etc');
    cpSync(join(PROJECT, 'sip-config/asterisk'), etc, { recursive: true });
    for (const name of extraConfig) cpSync(join(PROJECT, name), join(etc, basename(name)));
    const write = (name: string, text: string) => writeFileSync(join(etc, name), text);
    write(
      'asterisk.conf',
      [
        '[directories]',
        `astetcdir => ${etc}`,
        `astmoddir => ${root}/usr/lib/${triplet}/asterisk/modules`,
        `astvarlibdir => ${this.folder}/lib`,
        `astdbdir => ${this.folder}/db`,
        `astkeydir => ${this.folder}/keys`,
        `astdatadir => ${root}/usr/share/asterisk`,
        `astagidir => ${this.folder}/agi`,
        `astspooldir => ${this.folder}/spool`,
        `astrundir => ${this.folder}/run`,
        `astlogdir => ${this.folder}/log`,
        '[options]',
        'verbose = 3',
        'nocolor = yes',
      ].join('\n'),
    );
    write(
      'pjsip_transports.conf',
      ['udp', 'tcp']
        .map(
          (protocol) =>
            `[transport-${protocol}]\ntype=transport\nprotocol=${protocol}\nbind=127.0.0.1:${port}\n`,
        )
        .join('\n'),
    );
    write('rtp.conf', `[general]\nrtpstart=${rtpStart}\nrtpend=${rtpStart + 199}\n`);
    write('extensions_globals.conf', `FOLDER=${this.folder}\n`);
    for (const name of EMPTY_BUT_NEEDED) {
      if (!existsSync(join(etc, name))) write(name, '');
    }
  }
}
