import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveCertificate, type TestCertificate } from './certificates.js';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** The registrar, or the proxy in front of it: the configuration files of sip-config/kamailio. */
type Role = 'kamailio' | 'edge';

/** A host of another network. */
export interface KamailioPlace {
  readonly host: string;
  /** A command line that runs another one there. */
  readonly inside: (...command: readonly string[]) => string[];
}

const HERE: KamailioPlace = { host: '127.0.0.1', inside: (...command) => [...command] };

export interface KamailioOptions {
  /** User IDs; the password of each is `change-me-` and it. Default: none. */
  readonly users?: readonly string[];
  /** Shown on a TLS port of its own. Default: there is none. */
  readonly certificate?: TestCertificate;
  /** The registrar that an edge proxy serves. Default: none, this is a registrar itself. */
  readonly registrar?: Kamailio;
  /** Whether it takes part in outbound (RFC 5626). Default: false. */
  readonly outbound?: boolean;
  /** MiB of shared memory. Default 32. */
  readonly memory?: number;
  /** Where it listens, and what makes a command line run there. Default: loopback, here. */
  readonly place?: KamailioPlace;
}

/** Debian's servers are in sbin, which is not in everybody's path. */
const ENVIRONMENT = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
/** Tests and benchmarks run from the project's root. */
const CONFIGURATION = join(process.cwd(), 'sip-config/kamailio');

/** A real Kamailio with the configuration of sip-config/, on loopback, in a folder of its own. */
export class Kamailio {
  /** UDP and TCP. */
  readonly port: number;
  readonly tlsPort: number | undefined;
  readonly #folder = mkdtempSync(join(tmpdir(), 'kam-'));
  readonly #role: Role;
  readonly #memory: number;
  readonly #place: KamailioPlace;
  #process: ChildProcess | undefined;
  #log = '';

  private constructor(ports: { port: number; tlsPort: number | undefined }, options: KamailioOptions) {
    this.port = ports.port;
    this.tlsPort = ports.tlsPort;
    this.#role = options.registrar ? 'edge' : 'kamailio';
    this.#memory = options.memory ?? 32;
    this.#place = options.place ?? HERE;
  }

  static async start(options: KamailioOptions = {}): Promise<Kamailio> {
    const tlsPort = options.certificate ? await freePort() : undefined;
    // A network of its own has all ports free.
    const port = options.place ? 5060 : await freePort();
    const kamailio = new Kamailio({ port, tlsPort }, options);
    await kamailio.#writeConfiguration(options);
    await kamailio.restart();
    return kamailio;
  }

  get address(): string {
    return `${this.#place.host}:${this.port}`;
  }

  get tlsAddress(): string {
    return `${this.#place.host}:${this.tlsPort ?? 0}`;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it, without what it knew when it was killed. */
  async restart(): Promise<void> {
    const args = ['-f', join(this.#folder, `${this.#role}.cfg`), '-DD', '-E', '-w', this.#folder];
    const run = ['-Y', this.#folder, '-m', String(this.#memory), '-M', '8'];
    const [program = '', ...rest] = this.#place.inside('kamailio', ...args, ...run);
    const child = spawn(program, rest, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: ENVIRONMENT,
    });
    this.#process = child;
    child.stderr.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    await until('Kamailio to start', async () => {
      if (child.exitCode !== null) throw new Error(`Kamailio ended by itself:\n${this.#log}`);
      return (await this.command('core.uptime')).includes('uptime');
    });
  }

  /** Asks it by kamcmd; what it says, or nothing while it does not answer. */
  async command(...words: string[]): Promise<string> {
    const child = spawn('kamcmd', ['-s', `unixs:${this.#folder}/ctl`, ...words], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: ENVIRONMENT,
      timeout: 5_000,
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await once(child, 'close');
    return output;
  }

  /** The bindings of a user, as it shows them. */
  bindings(user: string): Promise<string> {
    return this.command('ul.lookup', 's:location', `s:${user}`);
  }

  /** What it has written. */
  get log(): string {
    return this.#log;
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    // Its main process ends the others.
    child.kill('SIGTERM');
    await exit;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #writeConfiguration({
    users = [],
    certificate,
    registrar,
    outbound,
  }: KamailioOptions): Promise<void> {
    const folder = this.#folder;
    cpSync(join(CONFIGURATION, `${this.#role}.cfg`), join(folder, `${this.#role}.cfg`));
    const lines = [
      `#!define CONTROL_SOCKET "unixs:${folder}/ctl"`,
      `listen=udp:${this.address}`,
      `listen=tcp:${this.address}`,
      ...(certificate ? ['#!define WITH_TLS', `listen=tls:${this.tlsAddress}`] : []),
      ...(outbound ? ['#!define WITH_OUTBOUND'] : []),
      ...(registrar ? [`#!define REGISTRAR "sip:${registrar.address}"`] : []),
      'alias="localhost"',
      // Answers the STUN by which devices behind routers keep their way open (RFC 5626 section 4.4.2).
      ...(this.#place === HERE ? [] : ['loadmodule "stun.so"']),
    ];
    writeFileSync(join(folder, registrar ? 'edge-local.cfg' : 'local.cfg'), `${lines.join('\n')}\n`);
    const known = users.map((user) => `    $sht(users=>${user}) = "change-me-${user}";`);
    const table = ['event_route[htable:mod-init] {', ...known, '}', ''];
    writeFileSync(join(folder, 'users.cfg'), known.length === 0 ? '' : table.join('\n'));
    if (!certificate) return;
    const paths = await saveCertificate(folder, 'server', certificate);
    const settings = [
      '[server:default]',
      'method = TLSv1.2+',
      `certificate = ${paths.certificate}`,
      `private_key = ${paths.privateKey}`,
      'verify_certificate = no',
      'require_certificate = no',
      '[client:default]',
      'method = TLSv1.2+',
      'verify_certificate = no',
      'require_certificate = no',
    ];
    writeFileSync(join(folder, 'tls.cfg'), `${settings.join('\n')}\n`);
  }
}
