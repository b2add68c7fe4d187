import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.js';

export interface SippOptions {
  /** `127.0.0.1:5060`. */
  readonly to: string;
  /** The extension to dial. */
  readonly extension: string;
  /** A scenario file of test/interop/sipp; default: the scenario `call.xml`, which talks for a while and hangs up. */
  readonly scenario?: string;
  /** How many calls; default 1. */
  readonly calls?: number;
  /** New calls in a second; default 10. */
  readonly rate?: number;
  /** How long a call lasts, milliseconds; default 1000. */
  readonly talk?: number;
  readonly transport?: 'udp' | 'tcp';
}

const SCENARIOS = join(process.cwd(), 'test/interop/sipp');

/** A run of sipp as a direct caller. */
export class Sipp {
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), 'sipp-'));
  #output = '';

  private constructor(options: SippOptions, ports: { readonly sip: number; readonly media: number }) {
    const { scenario = 'call.xml', calls = 1, rate = 10, talk = 1_000, transport = 'udp' } = options;
    const args = [
      options.to,
      ...['-sf', join(SCENARIOS, scenario), '-s', options.extension],
      ...['-i', '127.0.0.1', '-p', String(ports.sip), '-mp', String(ports.media)],
      ...[
        '-t',
        transport === 'udp' ? 'u1' : 't1',
        '-m',
        String(calls),
        '-r',
        String(rate),
        '-d',
        String(talk),
      ],
      ...['-timeout', '30s', '-timeout_error', '-trace_err', '-nostdin', '-recv_timeout', '10000'],
    ];
    writeFileSync(join(this.#folder, 'command'), `sipp ${args.join(' ')}\n`);
    this.#child = spawn('sipp', args, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
  }

  static async start(options: SippOptions): Promise<Sipp> {
    return new Sipp(options, { sip: await freePort(), media: await freePort() });
  }

  /** Runs to the end; throws with what sipp complained of when a call failed. */
  static async run(options: SippOptions): Promise<void> {
    await (await Sipp.start(options)).finished();
  }

  async finished(): Promise<void> {
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    const complaints = this.#errors();
    rmSync(this.#folder, { recursive: true, force: true });
    if (this.#child.exitCode !== 0) {
      throw new Error(
        `sipp ended with ${this.#child.exitCode}:\n${complaints}\n${this.#output.slice(-2_000)}`,
      );
    }
  }

  /** Hangs the calls up and ends; a second time at once. */
  stop(): void {
    this.#child.kill('SIGUSR1');
  }

  #errors(): string {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith('_errors.log'))
      .map((name) => readFileSync(join(this.#folder, name), 'utf8'))
      .join('\n');
  }
}
