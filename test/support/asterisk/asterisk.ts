import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.js';
import { writeAsteriskConfiguration, type AsteriskConfiguration } from './asterisk-configuration.js';
import { unpackedAsterisks, type UnpackedAsterisk } from './unpacked-asterisk.js';

export interface AsteriskOptions extends AsteriskConfiguration {
  /** Which of the prepared ones; default the newest. */
  readonly source?: UnpackedAsterisk;
}

/** A real Asterisk with the configuration of sip-config/, on loopback, in a folder of its own. */
export class Asterisk {
  readonly #options: AsteriskOptions;
  readonly #source: UnpackedAsterisk;
  /** Short, because the path of the control socket has to fit in 107 characters. */
  readonly folder = mkdtempSync(join(tmpdir(), 'ast-'));
  #process: ChildProcess | undefined;

  constructor(options: AsteriskOptions) {
    const source = options.source ?? unpackedAsterisks()[0];
    if (!source) throw new Error('the list of prepared Asterisks is empty');
    this.#options = options;
    this.#source = source;
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

  get isRunning(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  /** Starts with an empty database: it knows no registration of an earlier run. */
  async start(): Promise<void> {
    rmSync(join(this.folder, 'db'), { recursive: true, force: true });
    rmSync(join(this.folder, 'log'), { recursive: true, force: true });
    writeAsteriskConfiguration(this.folder, this.#source, this.#options);
    const [loader, ...args] = this.#command(['-f', '-n']);
    this.#process = spawn(loader!, args, { cwd: this.folder, stdio: ['ignore', 'ignore', 'ignore'] });
    await until('Asterisk to start', async () => {
      if (this.#process?.exitCode !== null) throw new Error(`Asterisk ended by itself:\n${this.log()}`);
      return (await this.#ask('core waitfullybooted')).includes('fully booted');
    });
    const trouble =
      /^.*(?:Unable to bind|Address already in use|Error loading module|Could not create an object).*$/m.exec(
        this.log(),
      );
    if (trouble) throw new Error(`Asterisk started with an error: ${trouble[0]}`);
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || !this.isRunning) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /** Makes it hang: its sockets take what comes, and nothing is done with it until `resume`. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** Lets it go on after `pause`. */
  resume(): void {
    this.#process?.kill('SIGCONT');
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
}
