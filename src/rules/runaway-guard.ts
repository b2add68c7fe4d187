/** A rule that can move itself may become active so often within the window; then it rests. */
const MOST = 100;
const WINDOW_MS = 10_000;
const REST_MS = 60_000;

/**
 * Notices a rule that moves itself by ways nobody can follow: over the network, by a timer. The chain of events within
 * the device is followed; this counts. A rule that cannot move itself may become active as often as it likes.
 */
export class RunawayGuard {
  #windowStart = Number.NEGATIVE_INFINITY;
  #count = 0;
  #heldUntil = Number.NEGATIVE_INFINITY;

  /** The rule becomes active. Clock time in milliseconds. */
  count(now: number): void {
    if (now - this.#windowStart > WINDOW_MS) {
      this.#windowStart = now;
      this.#count = 0;
    }
    this.#count++;
  }

  /** Until when it may not; none where it may. */
  heldUntil(now: number, isInCircle: () => boolean): number | undefined {
    if (now < this.#heldUntil) return this.#heldUntil;
    if (this.#count < MOST || now - this.#windowStart > WINDOW_MS || !isInCircle()) return undefined;
    this.#heldUntil = now + REST_MS;
    this.#count = 0;
    return this.#heldUntil;
  }

  /** It may again. What it did still counts: rules can turn each other off and on, too. */
  release(): void {
    this.#heldUntil = Number.NEGATIVE_INFINITY;
  }
}
