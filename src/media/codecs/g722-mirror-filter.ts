import { MIRROR_FILTER } from './g722-tables.js';

const TAPS = 24;

/**
 * The quadrature mirror filter of ITU-T G.722 (sections 3.1 and 4.4), which takes the band apart and puts it
 * together again: two samples go in, two sums come out.
 */
export class MirrorFilter {
  /** The sums over the even and the odd ones of the last 24 samples. */
  even = 0;
  odd = 0;
  /** Doubled in length, so that moving on is one copy in 24 samples. */
  readonly #history = new Int32Array(TAPS * 2);
  #position = 0;

  take(first: number, second: number): void {
    this.#remember(first, second);
    const history = this.#history;
    const start = this.#position;
    let even = 0;
    let odd = 0;
    for (let tap = 0; tap < MIRROR_FILTER.length; tap++) {
      even += (history[start + 2 * tap] ?? 0) * (MIRROR_FILTER[tap] ?? 0);
      odd += (history[start + 2 * tap + 1] ?? 0) * (MIRROR_FILTER[11 - tap] ?? 0);
    }
    this.even = even;
    this.odd = odd;
  }

  #remember(first: number, second: number): void {
    if (this.#position === TAPS) {
      this.#history.copyWithin(0, TAPS + 2, TAPS * 2);
      this.#position = -2;
    }
    this.#position += 2;
    this.#history[this.#position + TAPS - 2] = first;
    this.#history[this.#position + TAPS - 1] = second;
  }
}
