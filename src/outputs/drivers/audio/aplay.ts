import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Clock, Timer } from '../../../base/clock.js';
import { milliseconds } from '../../../base/duration.js';
import { systemCodeOf } from '../../../base/errors.js';
import { SAMPLE_RATE } from './sample-rate.js';

/** How long aplay may take to end when it is asked to. */
const GRACE = milliseconds(300);
/** What the sound card holds, and after how much it begins, in microseconds. */
const BUFFER_MICROSECONDS = 200_000;
const PERIOD_MICROSECONDS = 20_000;
const START_MICROSECONDS = 20_000;
/** Characters of what aplay says that are kept. */
const LONGEST_COMPLAINT = 500;

export interface AplayOptions {
  readonly clock: Clock;
  readonly device: string;
  readonly channels: 1 | 2;
  /** The sound card ran dry and was started again by aplay. */
  readonly onUnderrun?: () => void;
}

/** One run of aplay, which plays what is written to it. It ends when its input does, so also when we crash. */
export class Aplay {
  /** Resolves when aplay has ended, with what it complained of; never rejects. */
  readonly ended: Promise<string>;
  readonly #clock: Clock;
  readonly #process: ChildProcessWithoutNullStreams;
  #complaint = '';
  #isFull = false;
  #hasEnded = false;
  #grace: Timer | undefined;

  constructor({ clock, device, channels, onUnderrun }: AplayOptions) {
    this.#clock = clock;
    this.#process = spawn('aplay', argumentsOf(device, channels), {
      // What aplay says is read, so it must not be translated.
      env: { ...process.env, LC_ALL: 'C' },
    });
    const { stdin, stdout, stderr } = this.#process;
    stdout.resume();
    stdin.on('drain', () => {
      this.#isFull = false;
    });
    // Writing to an aplay that has just died; its end says why.
    stdin.on('error', () => {
      this.#isFull = true;
    });
    stderr.on('data', (bytes: Buffer) => {
      const text = bytes.toString();
      if (text.includes('underrun')) onUnderrun?.();
      else this.#complaint = (this.#complaint + text).slice(-LONGEST_COMPLAINT);
    });
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.#hasEnded = true;
        this.#grace?.cancel();
        resolve(complaintOf(this.#complaint) ?? how);
      };
      this.#process.once('error', (error) => {
        end(
          systemCodeOf(error) === 'ENOENT'
            ? 'The program aplay is missing; on Debian it is in the package alsa-utils.'
            : `aplay cannot be run: ${error.message}`,
        );
      });
      this.#process.once('close', (code, signal) => {
        end(code === 0 ? '' : `aplay ended (${signal ?? `exit code ${code}`}).`);
      });
    });
  }

  /** Whether it takes no more for now. */
  get isFull(): boolean {
    return this.#isFull;
  }

  write(samples: Buffer): void {
    if (this.#hasEnded || samples.length === 0) return;
    if (!this.#process.stdin.write(samples)) this.#isFull = true;
  }

  /** No more is to come: aplay ends when it has played what it has. */
  finish(): void {
    this.#process.stdin.end();
  }

  /** Silent at once: what the sound card still holds is not played. */
  async stop(): Promise<void> {
    if (!this.#hasEnded) {
      this.#process.kill('SIGTERM');
      this.#grace ??= this.#clock.startTimer('aplay grace', GRACE, () => {
        this.#process.kill('SIGKILL');
      });
    }
    await this.ended;
  }
}

function argumentsOf(device: string, channels: number): string[] {
  return [
    '--quiet',
    '--file-type=raw',
    '--format=S16_LE',
    `--rate=${SAMPLE_RATE}`,
    `--channels=${channels}`,
    `--device=${device}`,
    `--buffer-time=${BUFFER_MICROSECONDS}`,
    `--period-time=${PERIOD_MICROSECONDS}`,
    `--start-delay=${START_MICROSECONDS}`,
  ];
}

/** The line of aplay that says most: `audio open error: No such file or directory`. */
function complaintOf(text: string): string | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('Aborted by signal'));
  const line = lines.find((one) => one.startsWith('aplay: ')) ?? lines.at(-1);
  return line?.replace(/^aplay: (?:\w+:\d+: )?/, 'aplay: ');
}
