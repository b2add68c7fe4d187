/** One frequency picked out of windows of samples by Goertzel's algorithm. */
export class ToneFilter {
  readonly hertz: number;
  /** Squared magnitude of what was measured last. */
  energy = 0;
  readonly #rate: number;
  readonly #angle: number;
  #last = 0;
  #beforeLast = 0;

  /** `hertz` of a signal with `rate` samples a second. */
  constructor(hertz: number, rate: number) {
    this.hertz = hertz;
    this.#rate = rate;
    this.#angle = (2 * Math.PI * hertz) / rate;
  }

  /** The squared magnitude of this frequency in a window. */
  measure(window: Float32Array): number {
    const coefficient = 2 * Math.cos(this.#angle);
    let last = 0;
    let beforeLast = 0;
    for (const sample of window) {
      const now = sample + coefficient * last - beforeLast;
      beforeLast = last;
      last = now;
    }
    this.#last = last;
    this.#beforeLast = beforeLast;
    this.energy = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
    return this.energy;
  }

  /** The phase of what was measured last, in radians at the end of its window. */
  get phase(): number {
    const real = this.#last - this.#beforeLast * Math.cos(this.#angle);
    return Math.atan2(this.#beforeLast * Math.sin(this.#angle), real);
  }

  /** By how many hertz the tone is off whose phase turned from `before` to `after` within `distance` samples. */
  deviation(before: number, after: number, distance: number): number {
    const turns = (after - before - this.#angle * distance) / (2 * Math.PI);
    return ((turns - Math.round(turns)) * this.#rate) / distance;
  }
}
