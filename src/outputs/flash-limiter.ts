import { FlashMeter } from '../patterns/flash-meter.js';
import { CHANNEL_COUNT, createLightFrame, type LightFrame, SECTION_COUNT } from '../patterns/light-frame.js';
import { ringMean } from '../patterns/ring-mean.js';
import { MAX_FLASH_LIMIT } from './light-limits.js';

const SECOND = 1_000;

/** Turns that a decision may look back upon. */
const MEMORY = 2 * MAX_FLASH_LIMIT + 1;

/** How fast light may flash. */
export interface FlashLimit {
  /** Flashes that any second may hold, 1 to 10. */
  perSecond: number;
}

/**
 * Keeps the frames that leave an output from flashing faster than a limit, whatever follows whatever: a pattern
 * that is too fast, or activities that are started and stopped in quick succession. Counts in each section and
 * in the ring as one lamp.
 *
 * What would be a flash too many is kept from becoming darker, never from becoming brighter: an alarm is seen at
 * once, and it is its end, or the dark between two flashes, that waits. A wait is shorter than a second.
 */
export class FlashLimiter {
  readonly #sections = Array.from({ length: SECTION_COUNT }, () => new FlashMeter(MEMORY));
  readonly #ring = new FlashMeter(MEMORY);
  readonly #shown = createLightFrame();
  readonly #mean = new Float64Array(CHANNEL_COUNT);
  readonly #limit: FlashLimit;

  /** `limit` is read anew for every frame. */
  constructor(limit: FlashLimit) {
    this.#limit = limit;
  }

  /**
   * Changes `frame`, which is to be shown at `at` (milliseconds), into what may be shown. Returns when to try
   * again where something was kept from becoming darker.
   */
  limit(frame: LightFrame, at: number): number | undefined {
    let retryAt = Number.POSITIVE_INFINITY;
    this.#sections.forEach((meter, section) => {
      const offset = section * CHANNEL_COUNT;
      const freeAt = this.#freeAt(meter, meter.darkening(frame, offset, at));
      if (freeAt <= at) return;
      this.#keep(frame, offset, offset + CHANNEL_COUNT);
      retryAt = Math.min(retryAt, freeAt);
    });
    retryAt = Math.min(retryAt, this.#limitRing(frame, at));
    this.#sections.forEach((meter, section) => meter.take(frame, section * CHANNEL_COUNT, at));
    this.#shown.set(frame);
    return retryAt === Number.POSITIVE_INFINITY ? undefined : retryAt;
  }

  #limitRing(frame: LightFrame, at: number): number {
    ringMean(frame, this.#mean);
    const freeAt = this.#freeAt(this.#ring, this.#ring.darkening(this.#mean, 0, at));
    const isKept = freeAt > at;
    if (isKept) {
      this.#keep(frame, 0, frame.length);
      ringMean(frame, this.#mean);
    }
    this.#ring.take(this.#mean, 0, at);
    return isKept ? freeAt : Number.POSITIVE_INFINITY;
  }

  /** From when on becoming darker, and the turn to light that may follow at once, make no flash too many. */
  #freeAt(meter: FlashMeter, darkening: 'none' | 'turn' | 'part'): number {
    if (darkening === 'none') return Number.NEGATIVE_INFINITY;
    return meter.timeOfTurn(2 * this.#limit.perSecond + (darkening === 'turn' ? 0 : 1)) + SECOND;
  }

  /** Keeps each channel from `from` to `to` at least as bright as it is. */
  #keep(frame: LightFrame, from: number, to: number): void {
    for (let at = from; at < to; at++) frame[at] = Math.max(frame[at] ?? 0, this.#shown[at] ?? 0);
  }
}
