import type { Clock } from '../../base/clock.js';
import { seconds, type Duration } from '../../base/duration.js';
import { formatAddress } from '../transport/ip-address.js';
import type { Target } from '../transport/flow.js';

/** How long a target that did not answer is tried last; long enough that not every call waits for its timeout. */
const DEFAULT_REST = seconds(60);
const MAX_ENTRIES = 1_000;

/** Remembers which targets failed, so that the next request tries another first (RFC 3263 section 4.3). */
export class TargetHealth {
  readonly #clock: Clock;
  readonly #restUntil = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A target timed out, could not be reached, or answered 503; `rest` is what Retry-After said. Default 60 s. */
  failed(target: Target, rest: Duration = DEFAULT_REST): void {
    const key = keyOf(target);
    this.#restUntil.delete(key);
    if (this.#restUntil.size >= MAX_ENTRIES) this.#forgetOldest();
    this.#restUntil.set(key, this.#clock.now() + rest);
  }

  /** A target answered. */
  succeeded(target: Target): void {
    if (this.#restUntil.size > 0) this.#restUntil.delete(keyOf(target));
  }

  /** The same targets, the resting ones last: none is left out, for a tired target beats none. */
  order(targets: readonly Target[]): readonly Target[] {
    if (targets.length < 2 || this.#restUntil.size === 0) return targets;
    return [...targets].sort((a, b) => this.#restOf(a) - this.#restOf(b));
  }

  /** When a target has rested, 0 where it is well. */
  #restOf(target: Target): number {
    const until = this.#restUntil.get(keyOf(target)) ?? 0;
    return until > this.#clock.now() ? until : 0;
  }

  #forgetOldest(): void {
    const oldest = this.#restUntil.keys().next();
    if (!oldest.done) this.#restUntil.delete(oldest.value);
  }
}

function keyOf(target: Target): string {
  return `${target.protocol} ${formatAddress(target.address, target.port)}`;
}
