import type { Score } from './score.js';

/** The integration time of a sound level meter's time weighting F, in seconds (IEC 61672-1). */
const FAST = 0.125;
/** Seconds between two readings of the meter. */
const STEP = 0.005;
/** Seconds after which the meter has forgotten that it began in silence. */
const SETTLING = 1;

/**
 * The highest reading of an A-weighted sound level meter (time weighting F) while the sound loops, as a factor of
 * full scale. The meter is about as slow as the ear, which finds a short beep softer than a long one.
 */
export function loudnessOf(score: Score): number {
  const keep = Math.exp(-STEP / FAST);
  let [reading, highest] = [0, 0];
  for (let step = 0; step < (score.length + SETTLING) / STEP; step++) {
    reading = keep * reading + (1 - keep) * score.powerAt((step * STEP) % score.length);
    highest = Math.max(highest, reading);
  }
  return Math.sqrt(highest);
}
