import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { promisify } from 'node:util';
import type { Clock, Timer } from '../../../base/clock.js';
import { seconds } from '../../../base/duration.js';
import { messageOf, SipsirenError, systemCodeOf } from '../../../base/errors.js';
import type { GpioSettings } from './gpio-settings.js';

const PATIENCE_MS = 3_000;
/** How long a holder may take to let go before it is ended by force. */
const GRACE = seconds(1);
const LONGEST_COMPLAINT = 500;

/**
 * Holds the line at a level until its input ends, which it does also when we crash; then the line is turned off.
 * gpioset itself would hold it on for ever. Flags differ between libgpiod 1 and 2; no value needs quotes.
 */
const HOLD = `exec 3<&0
gpioset $HOLD_FLAGS "$@" "$LINE=$LEVEL" </dev/null &
holder=$!
{ read -r _ <&3; kill "$holder"; } 2>/dev/null &
watcher=$!
wait "$holder"
status=$?
kill "$watcher" 2>/dev/null
gpioset $OFF_FLAGS "$@" "$LINE=0" </dev/null
exit "$status"`;

/** The main version of libgpiod's tools. Throws OUTPUT_FAILED where they are missing. */
export async function gpiosetVersion(): Promise<1 | 2> {
  try {
    const { stdout } = await promisify(execFile)('gpioset', ['--version'], {
      timeout: PATIENCE_MS,
      env: { ...process.env, LC_ALL: 'C' },
    });
    return /(\d+)\.\d+/.exec(stdout)?.[1] === '1' ? 1 : 2;
  } catch (error) {
    const text =
      systemCodeOf(error) === 'ENOENT'
        ? 'The program gpioset is missing; on Debian it is in the package gpiod.'
        : `gpioset cannot be run: ${messageOf(error)}`;
    throw new SipsirenError('OUTPUT_FAILED', text, { cause: error });
  }
}

export interface GpioHolderOptions {
  readonly clock: Clock;
  readonly version: 1 | 2;
  readonly settings: Pick<GpioSettings, 'chip' | 'line' | 'activeLow'>;
  readonly isOn: boolean;
}

/** Keeps a line on or off for as long as it lives. */
export class GpioHolder {
  /** Resolves when it has let go, with what it complained of; never rejects. */
  readonly ended: Promise<string>;
  readonly #clock: Clock;
  readonly #process: ChildProcessWithoutNullStreams;
  #complaint = '';
  #hasEnded = false;
  #grace: Timer | undefined;

  constructor({ clock, version, settings, isOn }: GpioHolderOptions) {
    this.#clock = clock;
    const { chip, line, activeLow } = settings;
    const where = [...(activeLow ? ['--active-low'] : []), ...(version === 2 ? ['-c', chip] : [chip])];
    this.#process = spawn('sh', ['-c', HOLD, 'sh', ...where], {
      env: {
        ...process.env,
        LC_ALL: 'C',
        HOLD_FLAGS: version === 1 ? '--mode=signal' : '',
        OFF_FLAGS: version === 1 ? '--mode=exit' : '-t 0',
        LINE: line,
        LEVEL: isOn ? '1' : '0',
      },
    });
    const { stdin, stdout, stderr } = this.#process;
    stdout.resume();
    stdin.on('error', () => {
      this.#complaint ||= 'gpioset cannot be reached.';
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
        end(`gpioset ended (${signal ?? `exit code ${code}`}).`);
      });
    });
  }

  /** Turns the line off and lets go of it. */
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
