import { LOGARITHMS } from './g722-tables.js';
import { saturate } from './saturate.js';

/** What tells the two sub-bands apart. */
export interface BandConstants {
  /** Changes of the logarithmic scale factor by the code (tables 16 and 19). */
  readonly steps: Int32Array;
  readonly inverse: Int32Array;
  /** The largest logarithmic scale factor. */
  readonly highest: number;
  /** What the logarithm is shifted by before it is an exponent: 8 for the lower, 10 for the upper band. */
  readonly exponent: number;
  /** The scale factor before anything was heard. */
  readonly firstScale: number;
}

/** Sections of the predictor that look at past differences. */
const ZEROS = 6;

/**
 * One adaptive predictor with its scale factor (ITU-T G.722 section 6.2, block 3 and 4), which encoder and
 * decoder run alike: both know only the codes, and so stay in step.
 */
export class Band {
  /** The predicted signal. */
  prediction = 0;
  /** The scale factor of the quantizers, DET. */
  scale: number;
  readonly #constants: BandConstants;
  #logScale = 0;
  #zeroPrediction = 0;
  /** The latest reconstructed signals, r, and partly reconstructed ones, p. */
  #reconstructed1 = 0;
  #reconstructed2 = 0;
  #partial1 = 0;
  #partial2 = 0;
  /** The two coefficients of the poles, a, and the six of the zeros, b, with the differences they weigh, d. */
  #pole1 = 0;
  #pole2 = 0;
  readonly #zeros = new Int32Array(ZEROS);
  readonly #differences = new Int32Array(ZEROS);

  constructor(constants: BandConstants) {
    this.#constants = constants;
    this.scale = constants.firstScale;
  }

  /** Takes in a code of 4 (lower) or 2 bits (upper); gives the difference that it stands for. */
  adapt(code: number): number {
    const difference = (this.scale * (this.#constants.inverse[code] ?? 0)) >> 15;
    this.#adaptScale(code);
    this.#adaptPrediction(difference);
    return difference;
  }

  /** Blocks LOGSCL and SCALEL, or LOGSCH and SCALEH. */
  #adaptScale(code: number): void {
    const { steps, highest, exponent } = this.#constants;
    const logScale = ((this.#logScale * 127) >> 7) + (steps[code] ?? 0);
    this.#logScale = logScale < 0 ? 0 : logScale > highest ? highest : logScale;
    const mantissa = LOGARITHMS[(this.#logScale >> 6) & 31] ?? 0;
    const shift = exponent - (this.#logScale >> 11);
    this.scale = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
  }

  /** Blocks PARREC, RECONS, UPPOL2, UPPOL1, UPZERO, FILTEP, FILTEZ and PREDIC. */
  #adaptPrediction(difference: number): void {
    const reconstructed = saturate(this.prediction + difference);
    const partial = saturate(this.#zeroPrediction + difference);
    this.#adaptPoles(partial);
    this.#adaptZeros(difference);
    this.#reconstructed2 = this.#reconstructed1;
    this.#reconstructed1 = reconstructed;
    this.#partial2 = this.#partial1;
    this.#partial1 = partial;
    const first = (this.#pole1 * saturate(2 * this.#reconstructed1)) >> 15;
    const second = (this.#pole2 * saturate(2 * this.#reconstructed2)) >> 15;
    this.prediction = saturate(saturate(first + second) + this.#zeroPrediction);
  }

  #adaptPoles(partial: number): void {
    const sign = partial >> 15;
    const isLike1 = sign === this.#partial1 >> 15;
    const isLike2 = sign === this.#partial2 >> 15;
    const quadruple = saturate(4 * this.#pole1);
    const turned = isLike1 ? -quadruple : quadruple;
    const change = (turned > 32_767 ? 32_767 : turned) >> 7;
    const pole2 = change + (isLike2 ? 128 : -128) + ((this.#pole2 * 32_512) >> 15);
    this.#pole2 = pole2 > 12_288 ? 12_288 : pole2 < -12_288 ? -12_288 : pole2;
    const pole1 = saturate((isLike1 ? 192 : -192) + ((this.#pole1 * 32_640) >> 15));
    const bound = saturate(15_360 - this.#pole2);
    this.#pole1 = pole1 > bound ? bound : pole1 < -bound ? -bound : pole1;
  }

  /** Adapts the zeros, moves the differences on, and sums up what they predict next. */
  #adaptZeros(difference: number): void {
    const zeros = this.#zeros;
    const differences = this.#differences;
    const step = difference === 0 ? 0 : 128;
    const sign = difference >> 15;
    let newer = difference;
    let sum = 0;
    for (let index = 0; index < ZEROS; index++) {
      const past = differences[index] ?? 0;
      const change = past >> 15 === sign ? step : -step;
      const zero = saturate(change + (((zeros[index] ?? 0) * 32_640) >> 15));
      zeros[index] = zero;
      differences[index] = newer;
      sum += (zero * saturate(2 * newer)) >> 15;
      newer = past;
    }
    this.#zeroPrediction = saturate(sum);
  }
}
