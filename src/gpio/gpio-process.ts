import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Clock, Timer } from '../base/clock.js';
import { seconds } from '../base/duration.js';

/** How long it may take to let go before it is ended by force. */
const GRACE = seconds(1);
const LONGEST_COMPLAINT = 500;

interface GpioProcessOptions {
  readonly clock: Clock;
  /** What it is for, in complaints: `gpioset`. */
  readonly program: string;
  /** A script for sh, which lets go when its input ends; that happens also when we crash. */
  readonly script: string;
  readonly parameters: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

/** A program of libgpiod that has a line for as long as it lives. */
export class GpioProcess {
  /** Resolves when it has let go, with what it complained of; never rejects. */
  readonly ended: Promise<string>;
  readonly #clock: Clock;
  readonly #process: ChildProcessWithoutNullStreams;
  #complaint = '';
  #hasEnded = false;
  #grace: Timer | undefined;

  constructor({ clock, program, script, parameters, environment, onLine }: GpioProcessOptions) {
    this.#clock = clock;
    this.#process = spawn('sh', ['-c', script, 'sh', ...parameters], {
      env: { ...process.env, LC_ALL: 'C', ...environment },
    });
    const { stdin, stdout, stderr } = this.#process;
    if (onLine) createInterface({ input: stdout }).on('line', onLine);
    else stdout.resume();
    stdin.on('error', () => {
      this.#complaint ||= `${program} cannot be reached.`;
    });
    stderr.on('data', (bytes: Buffer) => {
      this.#complaint = (this.#complaint + bytes.toString()).slice(-LONGEST_COMPLAINT);
    });
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.#hasEnded = true;
        this.#grace?.cancel();
        resolve(this.#complaint.split('\n').find((one) => one.trim() !== '') ?? how);
      };
      this.#process.once('error', (error) => {
        end(`sh cannot be run: ${error.message}`);
      });
      this.#process.once('close', (code, signal) => {
        end(`${program} ended (${signal ?? `exit code ${code}`}).`);
      });
    });
  }

  /** Ends it in good order. */
  async release(): Promise<void> {
    if (!this.#hasEnded) {
      this.#process.stdin.end();
      this.#grace ??= this.#clock.startTimer('gpio grace', GRACE, () => {
        this.#process.kill('SIGKILL');
      });
    }
    await this.ended;
  }
}
