import type { Clock } from '../base/clock.js';
import type { GpioAddress } from './gpio-names.js';
import { GpioProcess } from './gpio-process.js';

/**
 * Holds the line at a level until its input ends; then the line is turned off. gpioset itself would hold it on for
 * ever. Flags differ between libgpiod 1 and 2; no value needs quotes.
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

export interface GpioHolderOptions {
  readonly clock: Clock;
  readonly version: 1 | 2;
  readonly settings: GpioAddress;
  readonly isOn: boolean;
}

/** Keeps a line on or off for as long as it lives. */
export class GpioHolder {
  readonly #process: GpioProcess;

  constructor({ clock, version, settings, isOn }: GpioHolderOptions) {
    const { chip, line, activeLow } = settings;
    this.#process = new GpioProcess({
      clock,
      program: 'gpioset',
      script: HOLD,
      parameters: [...(activeLow ? ['--active-low'] : []), ...(version === 2 ? ['-c', chip] : [chip])],
      environment: {
        HOLD_FLAGS: version === 1 ? '--mode=signal' : '',
        OFF_FLAGS: version === 1 ? '--mode=exit' : '-t 0',
        LINE: line,
        LEVEL: isOn ? '1' : '0',
      },
    });
  }

  /** Resolves when it has let go, with what it complained of; never rejects. */
  get ended(): Promise<string> {
    return this.#process.ended;
  }

  /** Turns the line off and lets go of it. */
  release(): Promise<void> {
    return this.#process.release();
  }
}
