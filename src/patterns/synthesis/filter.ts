import { Glide } from './glide.js';
import type { SoundFilter } from './sound-description.js';

/** How sharply a band stands out: it is half as wide as its middle is high. */
const SHARPNESS = 2;

/** The share of an amplitude that a filter lets through. It adds no phase, since it weighs single oscillators. */
export class Filter {
  readonly #pass: SoundFilter['pass'];
  readonly #middle: Glide;

  constructor({ pass, hertz }: SoundFilter, lasts: number) {
    this.#pass = pass;
    this.#middle = new Glide(hertz, lasts);
  }

  get isStill(): boolean {
    return this.#middle.isStill;
  }

  /** The filter's own frequency after `elapsed` seconds. */
  middleAt(elapsed: number): number {
    return this.#middle.hertzAt(elapsed);
  }

  /** The share of an oscillator of `hertz`, the filter being at `middle`: falling by 24 dB an octave, or a resonance. */
  shareOf(hertz: number, middle: number): number {
    const ratio = hertz / middle;
    const square = ratio * ratio;
    if (this.#pass === 'low') return 1 / (1 + square * square);
    const distance = SHARPNESS * (ratio - 1 / ratio);
    return 1 / Math.sqrt(1 + distance * distance);
  }
}
