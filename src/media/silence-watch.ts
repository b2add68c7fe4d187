/** How often the silence is measured, in milliseconds: a call's last seconds need no more. */
const CHECK_INTERVAL = 1_000;

/** Notices that a peer has fallen silent. Costs a comparison for each tick of the pacer, and no timer. */
export class SilenceWatch {
  onSilence: (() => void) | undefined;
  readonly #limit: number;
  #startedAt = 0;
  #nextCheck = Infinity;
  /** When the peer was last heard before the silence that was told of. */
  #toldOf: number | undefined;

  /** `limit` in milliseconds; 0 for never. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  start(now: number): void {
    this.#startedAt = now;
    if (this.#limit > 0) this.#nextCheck = now + Math.min(CHECK_INTERVAL, this.#limit);
  }

  isDue(now: number): boolean {
    return now >= this.#nextCheck;
  }

  /** Tells of a silence once; the next packet arms it again. */
  check(now: number, lastHeardAt: number): void {
    this.#nextCheck = now + Math.min(CHECK_INTERVAL, this.#limit);
    const since = Math.max(this.#startedAt, lastHeardAt);
    if (now - since < this.#limit || this.#toldOf === since) return;
    this.#toldOf = since;
    this.onSilence?.();
  }
}
