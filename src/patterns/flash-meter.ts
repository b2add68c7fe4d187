import { CHANNEL_COUNT } from './light-frame.js';

/**
 * A change of a channel by a tenth of full brightness is one side of a flash (WCAG 2.3.1, ITU-R BT.1702). Each
 * channel counts by itself and as the eye perceives it, which is stricter than relative luminance: a blue lamp
 * flashes too, and so does a dim one in a dark room.
 */
const NOTICEABLE = 0.1 * 255;

/** Channels that turn within this time are seen as one change, as where a colour fades into another. Milliseconds. */
const TOGETHER = 80;

const BRIGHTER = 1;
const DARKER = 2;
const RECOLORED = BRIGHTER | DARKER;

/**
 * The turns of one area: red, green, blue and white over time. A turn is a change that goes against the one
 * before, or replaces one colour by another; two turns make a flash. Starts in the dark.
 */
export class FlashMeter {
  readonly #extremes = new Float64Array(CHANNEL_COUNT);
  readonly #isRising = new Uint8Array(CHANNEL_COUNT);
  /** When the latest turns were; the newest stands before `#next`. */
  readonly #times: Float64Array;
  #next = 0;
  /** The channels that took part in the latest turn, a bit each, and where they went. */
  #turned = 0;
  #direction = DARKER;

  /** `memory`: how many turns can be asked for. */
  constructor(memory: number) {
    this.#times = new Float64Array(memory).fill(Number.NEGATIVE_INFINITY);
  }

  /**
   * Whether a channel of these four of `values` would go against what it did before and become darker at `at`,
   * as a turn of the area or as part of its latest one.
   */
  darkening(values: ArrayLike<number>, offset: number, at: number): 'none' | 'turn' | 'part' {
    const turning = this.#turning(values, offset);
    if ((this.#directionOf(turning) & DARKER) === 0) return 'none';
    return this.#isTurn(turning, at) ? 'turn' : 'part';
  }

  /** Takes in what the area shows from `at` (milliseconds) on; true where it is a turn. */
  take(values: ArrayLike<number>, offset: number, at: number): boolean {
    const turning = this.#turning(values, offset);
    const isTurn = turning !== 0 && this.#isTurn(turning, at);
    const direction = this.#directionOf(turning);
    this.#follow(values, offset, turning);
    this.#turned = isTurn ? turning : this.#turned | turning;
    this.#direction = isTurn ? direction : this.#direction | direction;
    if (!isTurn) return false;
    this.#times[this.#next] = at;
    this.#next = (this.#next + 1) % this.#times.length;
    return true;
  }

  /** When the `count`-th latest turn was, 1 being the latest; minus infinity where there was none. */
  timeOfTurn(count: number): number {
    const { length } = this.#times;
    return this.#times[(this.#next - count + 2 * length) % length] ?? Number.NEGATIVE_INFINITY;
  }

  /** Which channels would go against what they did before, a bit each. */
  #turning(values: ArrayLike<number>, offset: number): number {
    let turning = 0;
    for (let channel = 0; channel < CHANNEL_COUNT; channel++) {
      const rise = (values[offset + channel] ?? 0) - (this.#extremes[channel] ?? 0);
      const back = this.#isRising[channel] === 1 ? -rise : rise;
      if (back >= NOTICEABLE) turning |= 1 << channel;
    }
    return turning;
  }

  #directionOf(turning: number): number {
    let direction = 0;
    for (let channel = 0; channel < CHANNEL_COUNT; channel++) {
      if ((turning & (1 << channel)) !== 0) direction |= this.#isRising[channel] === 1 ? DARKER : BRIGHTER;
    }
    return direction;
  }

  /** A channel that has had its part in the latest turn begins another; one that has not may belong to it. */
  #isTurn(turning: number, at: number): boolean {
    if ((turning & this.#turned) !== 0) return true;
    const direction = this.#directionOf(turning);
    if (direction !== RECOLORED && (direction & this.#direction) !== 0) return false;
    return at - this.timeOfTurn(1) > TOGETHER;
  }

  #follow(values: ArrayLike<number>, offset: number, turning: number): void {
    for (let channel = 0; channel < CHANNEL_COUNT; channel++) {
      const value = values[offset + channel] ?? 0;
      if ((turning & (1 << channel)) !== 0) this.#isRising[channel] = this.#isRising[channel] === 1 ? 0 : 1;
      else if (value > (this.#extremes[channel] ?? 0) !== (this.#isRising[channel] === 1)) continue;
      this.#extremes[channel] = value;
    }
  }
}
