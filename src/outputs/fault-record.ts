import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { OutputState } from './output-state.js';

/** Who found the fault: a picture that was not taken, the check from time to time, or the driver meanwhile. */
type FaultSource = 'picture' | 'check' | 'driver';

interface FaultRecordOptions {
  readonly id: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onState: (state: OutputState) => void;
}

/** What is wrong with one output. It fails as long as any of those who look finds a fault. */
export class FaultRecord {
  readonly #options: FaultRecordOptions;
  readonly #faults = new Map<FaultSource, string>();
  #state: OutputState = { state: 'ok' };

  constructor(options: FaultRecordOptions) {
    this.#options = options;
  }

  get state(): OutputState {
    return this.#state;
  }

  has(source: FaultSource): boolean {
    return this.#faults.has(source);
  }

  /** Notes what `source` found; undefined is nothing any more. */
  set(source: FaultSource, error: string | undefined): void {
    if (this.#faults.get(source) === error) return;
    if (error === undefined) this.#faults.delete(source);
    else this.#faults.set(source, error);
    this.#update(error ?? [...this.#faults.values()].at(-1));
  }

  #update(error: string | undefined): void {
    const { id, clock, log, onState } = this.#options;
    const before = this.#state;
    if (error === undefined) {
      this.#state = { state: 'ok' };
      log.info('an output works again', { output: id });
    } else if (before.state === 'ok') {
      this.#state = { state: 'failing', since: clock.wallTime(), error };
      log.error('an output does not show what it should', { output: id, error });
    } else {
      this.#state = { ...before, error };
    }
    onState(this.#state);
  }
}
