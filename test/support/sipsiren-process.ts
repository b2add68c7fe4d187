import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { AwaitedList } from './awaited-list.js';
import { freePort } from './free-port.js';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'main.js');

/** The program as a person runs it: `node dist/main.js …`, with everything it prints. */
export class SipsirenProcess {
  /** Lines of standard output, the log among them. */
  readonly output = new AwaitedList<string>();
  readonly errors = new AwaitedList<string>();
  /** In the milliseconds of `performance.now()`. */
  readonly spawnedAt = performance.now();
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown[]>;

  /** `through`: a program that runs it, such as `ip netns exec NAME`. Default: none. */
  constructor(
    args: readonly string[],
    nodeArguments: readonly string[] = [],
    through: readonly string[] = [],
  ) {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const [program = '', ...rest] = [...through, process.execPath, ...nodeArguments, MAIN, ...args];
    const child = spawn(program, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
    this.#process = child;
    this.#ended = once(child, 'close');
    collect(child.stdout, this.output);
    collect(child.stderr, this.errors);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The first line, past or to come, that fits; an end of the program before it is an error. */
  async line(pattern: RegExp): Promise<string> {
    const found = await Promise.race([
      this.output.first(`a line ${String(pattern)}`, (line) => pattern.test(line)),
      this.#ended,
    ]);
    if (typeof found === 'string') return found;
    throw new Error(
      `it ended without a line ${String(pattern)}: ${[...this.output.all, ...this.errors.all].join('\n')}`,
    );
  }

  /** Its exit code, or the signal that ended it; everything it printed is there by then. */
  async ended(): Promise<number | string> {
    const [code, signal] = (await this.#ended) as [number | null, string | null];
    return code ?? signal ?? 'nothing';
  }

  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void {
    this.#process.kill(name);
  }

  /** Ends it whatever it does; for the end of a test. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
  }
}

function collect(stream: Readable | null, lines: AwaitedList<string>): void {
  if (stream) createInterface({ input: stream }).on('line', (line) => lines.add(line));
}

export interface SipsirenDeviceOptions {
  /** Default: a fresh one, removed by `remove`. */
  readonly folder?: string;
  readonly sipPort?: number;
  readonly arguments?: readonly string[];
  readonly nodeArguments?: readonly string[];
}

/** `sipsiren start --demo` on free ports of loopback. */
export class SipsirenDevice {
  readonly process: SipsirenProcess;
  readonly folder: string;
  readonly sipPort: number;

  private constructor(program: SipsirenProcess, folder: string, sipPort: number) {
    this.process = program;
    this.folder = folder;
    this.sipPort = sipPort;
  }

  /** Resolves as soon as the program runs, which is before it answers. */
  static async spawn(options: SipsirenDeviceOptions = {}): Promise<SipsirenDevice> {
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'sipsiren-'));
    const sipPort = options.sipPort ?? (await freePort());
    const tlsPort = await freePort();
    const ports = [
      '--sip-port',
      `${sipPort}`,
      '--tls-port',
      `${tlsPort}`,
      '--sip-address',
      '127.0.0.1',
      '--http-port',
      '0',
    ];
    const media = ['--rtp-start-port', `${20_000 + 2 * (sipPort % 10_000)}`];
    const program = new SipsirenProcess(
      ['start', '--demo', '--data', folder, ...ports, ...media, ...(options.arguments ?? [])],
      options.nodeArguments,
    );
    return new SipsirenDevice(program, folder, sipPort);
  }

  /** Resolves when it says that it is ready. */
  static async start(options: SipsirenDeviceOptions = {}): Promise<SipsirenDevice> {
    const device = await SipsirenDevice.spawn(options);
    try {
      await device.process.line(/is ready\.$/);
      return device;
    } catch (error) {
      await device.remove();
      // Between the search for a free port and its use another program may take it.
      const isTaken = device.process.errors.all.some((line) => line.includes('is taken'));
      if (isTaken && options.sipPort === undefined) return SipsirenDevice.start(options);
      throw error;
    }
  }

  /** Where its page is, as it printed it. */
  async url(): Promise<string> {
    const line = await this.process.line(/^ {2}Page {2}/);
    return line.trim().split(/\s+/)[1] ?? '';
  }

  async api(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${await this.url()}api/v1${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Stops it as Ctrl-C would; gives the exit code. */
  stop(): Promise<number | string> {
    this.process.signal('SIGINT');
    return this.process.ended();
  }

  /** Ends it whatever it does and removes its folder; for the end of a test. */
  async remove(): Promise<void> {
    await this.process.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
