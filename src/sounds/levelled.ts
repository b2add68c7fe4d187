import { nextTurn } from '../base/next-turn.js';
import { inSlices } from './in-slices.js';
import { loudestReading } from './sound-level.js';
import { SOUND_RATE } from './sound-rate.js';

/** The reading of every sound of the siren, in decibels. */
const LOUDNESS = -12;
/** What no sample passes, as in the sounds of the siren. */
const CEILING = 0.98;
/** A recording that would have to be raised more is taken for silent: it would be noise. */
const MOST_GAIN = 40;
/** Rounds of making up for what the limiter took. */
const ROUNDS = 3;
/** Seconds over which the limiter comes in, before a peak, and goes. */
const ATTACK = 0.005;
const RELEASE = 0.08;
const SLICE = 20_000;

/**
 * A recording of 48 kHz, made as loud as the sounds of the siren, its peaks taken back where they would clip.
 * Undefined where it is silent.
 */
export async function levelled(samples: Float32Array): Promise<Float32Array | undefined> {
  const reading = await loudestReading(samples);
  if (LOUDNESS - reading > MOST_GAIN) return undefined;
  let gain = LOUDNESS - reading;
  let result = await limited(samples, gain);
  for (let round = 1; round < ROUNDS; round++) {
    const missing = LOUDNESS - (await loudestReading(result));
    if (missing < 0.1) break;
    gain += missing;
    result = await limited(samples, gain);
  }
  return result;
}

/** The samples with a gain in decibels; where they would pass the ceiling the gain goes down in time and up again. */
async function limited(samples: Float32Array, decibels: number): Promise<Float32Array> {
  const factor = 10 ** (decibels / 20);
  const gains = new Float32Array(samples.length).fill(1);
  const rise = 1 / (RELEASE * SOUND_RATE);
  const fall = 1 / (ATTACK * SOUND_RATE);
  let gain = 1;
  for (let index = 0; index < samples.length; index++) {
    if (index % SLICE === SLICE - 1) await nextTurn();
    gain = Math.min(1, gain + rise, CEILING / Math.max(CEILING, Math.abs((samples[index] ?? 0) * factor)));
    gains[index] = gain;
  }
  // Backwards, so that the gain has come down by the time of the peak.
  for (let index = samples.length - 2; index >= 0; index--) {
    if (index % SLICE === 0) await nextTurn();
    gains[index] = Math.min(gains[index] ?? 1, (gains[index + 1] ?? 1) + fall);
  }
  return inSlices(samples, gains, (sample, index) => sample * factor * (gains[index] ?? 1));
}
