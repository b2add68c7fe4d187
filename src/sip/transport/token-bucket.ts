import type { Clock } from '../../base/clock.js';

/** Allows `rate` things per second, and as many at once after a quiet second. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #rate: number;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, rate: number) {
    this.#clock = clock;
    this.#rate = rate;
    this.#tokens = rate;
    this.#filledAt = clock.now();
  }

  /** Takes a token; false where none is left. */
  take(): boolean {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#rate, this.#tokens + ((now - this.#filledAt) * this.#rate) / 1_000);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
