import type { Clock, Timer } from '../base/clock.js';
import { backOff } from '../base/back-off.js';
import { seconds } from '../base/duration.js';
import { messageOf } from '../base/errors.js';
import type { GpioAddress } from './gpio-names.js';
import { GpioProcess } from './gpio-process.js';
import { libgpiodVersion } from './libgpiod-version.js';

/**
 * Tells the level, and then each edge, until its input ends. Between the two an edge could be missed, which the next
 * look finds.
 */
const WATCH = `exec 3<&0
gpioget $GET_FLAGS "$@" "$LINE" </dev/null || exit
gpiomon $MON_FLAGS "$@" "$LINE" </dev/null &
monitor=$!
{ read -r _ <&3; kill "$monitor"; } 2>/dev/null &
watcher=$!
wait "$monitor"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"`;

/** So often the level is looked at anew. */
const LOOK_AGAIN = seconds(60);

export type GpioBias = 'as-is' | 'disable' | 'pull-up' | 'pull-down';

interface GpioMonitorOptions {
  /** For the names of timers. */
  readonly id: string;
  readonly clock: Clock;
  readonly settings: GpioAddress & { readonly bias: GpioBias };
  /** Whether the line is on; told again and again. */
  readonly onLevel: (isOn: boolean) => void;
  /** The line cannot be watched: why. It is tried again and again. */
  readonly onFault: (fault: string) => void;
}

/** Watches a line of a GPIO chip, again and again where that fails. */
export class GpioMonitor {
  readonly #options: GpioMonitorOptions;
  #process: GpioProcess | undefined;
  #version: 1 | 2 | undefined;
  #timer: Timer | undefined;
  #failures = 0;
  #isClosed = false;
  #isLookingAgain = false;
  #work: Promise<void>;

  constructor(options: GpioMonitorOptions) {
    this.#options = options;
    this.#work = this.#watch();
  }

  /** Lets go of the line. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#process?.release();
    await this.#work;
  }

  /** Never rejects. */
  async #watch(): Promise<void> {
    try {
      this.#version ??= await libgpiodVersion('gpiomon');
      if (this.#isClosed) return;
      const watching = this.#start(this.#version);
      this.#process = watching;
      this.#later('look', LOOK_AGAIN, () => {
        this.#isLookingAgain = true;
        void watching.release();
      });
      const complaint = await watching.ended;
      this.#timer?.cancel();
      if (this.#isLookingAgain) this.#again();
      else this.#fail(complaint);
    } catch (error) {
      this.#fail(messageOf(error));
    }
  }

  #start(version: 1 | 2): GpioProcess {
    this.#isLookingAgain = false;
    const { clock, settings } = this.#options;
    const { chip, line, activeLow, bias } = settings;
    const biasOfVersion = version === 2 && bias === 'disable' ? 'disabled' : bias;
    return new GpioProcess({
      clock,
      program: 'gpiomon',
      script: WATCH,
      parameters: [
        ...(activeLow ? ['--active-low'] : []),
        ...(bias === 'as-is' ? [] : [`--bias=${biasOfVersion}`]),
        ...(version === 2 ? ['-c', chip] : [chip]),
      ],
      environment: {
        GET_FLAGS: version === 1 ? '' : '--numeric',
        // A rising edge is 1 with both versions, a falling one 0 with the first and 2 with the second.
        MON_FLAGS: version === 1 ? '--line-buffered --format=%e' : '--format=%e',
        LINE: line,
      },
      onLine: (text) => {
        if (this.#isClosed || !/^[012]$/.test(text.trim())) return;
        this.#failures = 0;
        this.#options.onLevel(text.trim() === '1');
      },
    });
  }

  #fail(complaint: string): void {
    if (this.#isClosed) return;
    this.#options.onFault(complaint);
    this.#later('again', backOff(this.#failures++), () => {
      this.#again();
    });
  }

  #again(): void {
    if (!this.#isClosed) this.#work = this.#watch();
  }

  #later(what: string, delay: ReturnType<typeof backOff>, act: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.startTimer(`input ${this.#options.id} ${what}`, delay, act);
  }
}
