import { nextTurn } from '../base/next-turn.js';
import { resampling } from './resampling.js';

/** Samples between two turns of the event loop, about a millisecond: calls go first. */
const SLICE = 8_000;

export interface ResampledOptions {
  readonly from: number;
  readonly to: number;
  /** Whether the sound repeats without a gap, so that its end leads over to its beginning. */
  readonly isLoop?: boolean;
}

/** A sound at another rate, of whole numbers of samples a second; what the lower rate cannot hold is left out. */
export async function resampled(
  samples: Float32Array,
  { from, to, isLoop = false }: ResampledOptions,
): Promise<Float32Array> {
  if (from === to) return samples;
  const { up, down, taps, weights } = resampling(from, to);
  const { length } = samples;
  const result = new Float32Array(Math.round((length * to) / from));
  for (let place = 0; place < result.length; place++) {
    if (place % SLICE === SLICE - 1) await nextTurn();
    const first = Math.floor((place * down) / up) - taps / 2 + 1;
    const weight = weights[Math.floor((((place * down) % up) * weights.length) / up)] ?? new Float32Array(0);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const at = first + tap;
      const sample = isLoop ? samples[((at % length) + length) % length] : samples[at];
      if (sample !== undefined) sum += sample * (weight[tap] ?? 0);
    }
    result[place] = sum;
  }
  return result;
}
