import { resampling, type Resampling } from './resampling.js';

/**
 * Converts a stream from one rate to another, piece by piece without a seam. It lags by half the length of its
 * filter: 3 ms from or to 8 kHz.
 */
export class StreamResampler {
  readonly #conversion: Resampling;
  /** The end of what came before. */
  #past: Int16Array;
  /** Where between two input samples the next output sample lies, in parts of `up`. */
  #phase = 0;

  constructor(from: number, to: number) {
    this.#conversion = resampling(from, to);
    this.#past = new Int16Array(this.#conversion.taps - 1);
  }

  process(samples: Int16Array): Int16Array {
    const { up, down, taps } = this.#conversion;
    if (up === down) return samples.slice();
    const input = new Int16Array(this.#past.length + samples.length);
    input.set(this.#past);
    input.set(samples, this.#past.length);
    const count = Math.ceil((samples.length * up - this.#phase) / down);
    const output = new Int16Array(count);
    for (let index = 0; index < count; index++) {
      const place = this.#phase + index * down;
      output[index] = this.#sampleAt(input, Math.floor(place / up), place % up);
    }
    this.#phase += count * down - samples.length * up;
    this.#past = input.subarray(input.length - taps + 1);
    return output;
  }

  #sampleAt(input: Int16Array, first: number, phase: number): number {
    const { up, taps, weights } = this.#conversion;
    const weight = weights[Math.floor((phase * weights.length) / up)];
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) sum += (input[first + tap] ?? 0) * (weight?.[tap] ?? 0);
    return Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
}
