import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';

/** One state of a sequence. */
export interface SequenceStep {
  readonly active: boolean;
  /** How long until the next, in milliseconds. */
  readonly milliseconds: number;
}

interface StateSequenceOptions {
  /** The name of its timer. */
  readonly name: string;
  readonly clock: Clock;
  readonly steps: readonly SequenceStep[];
  readonly onState: (isActive: boolean) => void;
}

/** Passes through states one after the other; the last one stays. */
export class StateSequence {
  readonly #options: StateSequenceOptions;
  #place = 0;
  #timer: Timer | undefined;

  constructor(options: StateSequenceOptions) {
    this.#options = options;
    this.#next();
  }

  /** The state in which it is stays. Idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #next(): void {
    const { name, clock, steps, onState } = this.#options;
    const step = steps[this.#place++];
    if (!step) return;
    onState(step.active);
    if (this.#place >= steps.length) return;
    this.#timer = clock.startTimer(`${name} sequence`, milliseconds(step.milliseconds), () => {
      this.#next();
    });
  }
}
