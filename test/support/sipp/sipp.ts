import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeMediaPorts, freePort } from '../free-port.js';
import { scenarioOf, type Story } from './story.js';

export interface SippOptions {
  /** `127.0.0.1:5060`. */
  readonly to: string;
  /** The extension to dial. */
  readonly extension: string;
  /** A scenario file of test/interop/sipp; default: the scenario `call.xml`, which talks for a while and hangs up. */
  readonly scenario?: string;
  /** What it does in a call, in place of a scenario file. */
  readonly story?: Story;
  /** How many calls; default 1. */
  readonly calls?: number;
  /** New calls in a second; default 10. */
  readonly rate?: number;
  /** How long a call lasts, milliseconds; default 1000. */
  readonly talk?: number;
  readonly transport?: 'udp' | 'tcp';
  /** Passes over messages that the story does not expect, where their order is a matter of luck. Default false. */
  readonly lenient?: boolean;
  /** Where it listens, for a story that waits for a call; default: a free port. */
  readonly port?: number;
  /** How long one message, and the whole run, may take, in seconds; default 10 and 30. */
  readonly patience?: { readonly message: number; readonly run: number };
}

/** What went over the wire in a run with a story, message by message. */
export interface SippTrace {
  readonly sent: readonly string[];
  readonly received: readonly string[];
  /** The statuses of the responses among what was received, in order. */
  readonly statuses: readonly number[];
}

const MESSAGES = 'messages.log';
const SCENARIOS = join(process.cwd(), 'test/interop/sipp');

/** A run of sipp as a direct caller. */
export class Sipp {
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), 'sipp-'));
  #output = '';

  private constructor(options: SippOptions, ports: { readonly sip: number; readonly media: number }) {
    const { calls = 1, rate = 10, talk = 1_000, transport = 'udp' } = options;
    const { patience = { message: 10, run: 30 } } = options;
    const args = [
      options.to,
      ...['-sf', this.#scenarioFile(options), '-s', options.extension],
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
      ...[
        '-timeout',
        `${patience.run}s`,
        '-timeout_error',
        '-recv_timeout',
        String(1_000 * patience.message),
      ],
      ...['-trace_err', '-nostdin'],
      ...(options.lenient ? ['-default_behaviors', 'all,-abortunexp'] : []),
      ...(options.story ? ['-trace_msg', '-message_file', join(this.#folder, MESSAGES)] : []),
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
    return new Sipp(options, { sip: options.port ?? (await freePort()), media: await freeMediaPorts() });
  }

  /** Runs to the end; throws with what sipp complained of when a call failed. */
  static async run(options: SippOptions): Promise<SippTrace> {
    return (await Sipp.start(options)).finished();
  }

  async finished(): Promise<SippTrace> {
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    const complaints = this.#errors();
    const trace = this.#trace();
    rmSync(this.#folder, { recursive: true, force: true });
    if (this.#child.exitCode !== 0) {
      const wire = trace.received.map((message) => `< ${message.split('\r\n', 1)[0]}`).join('\n');
      throw new Error(
        `sipp ended with ${this.#child.exitCode}:\n${complaints}\n${wire}\n${this.#output.slice(-2_000)}`,
      );
    }
    return trace;
  }

  /** Hangs the calls up and ends; a second time at once. */
  stop(): void {
    this.#child.kill('SIGUSR1');
  }

  #scenarioFile({ scenario = 'call.xml', story }: SippOptions): string {
    if (!story) return join(SCENARIOS, scenario);
    const file = join(this.#folder, 'story.xml');
    writeFileSync(file, scenarioOf('Story', story));
    return file;
  }

  /** Its log of messages has a headline before each: `UDP message received [465] bytes :`. */
  #trace(): SippTrace {
    const file = join(this.#folder, MESSAGES);
    const parts = existsSync(file)
      ? readFileSync(file, 'utf8')
          .split(/^-{10,}.*\n(?:TCP|UDP) message /m)
          .slice(1)
      : [];
    const of = (direction: string) =>
      parts.filter((part) => part.startsWith(direction)).map((part) => part.replace(/^.*\r?\n\s*/, ''));
    const received = of('received');
    const statuses = received.flatMap(
      (message) => /^SIP\/2\.0 (\d+)/.exec(message)?.slice(1).map(Number) ?? [],
    );
    return { sent: of('sent'), received, statuses };
  }

  #errors(): string {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith('_errors.log'))
      .map((name) => readFileSync(join(this.#folder, name), 'utf8'))
      .join('\n');
  }
}
