import { milliseconds } from '../../base/duration.js';
import type { SoundPattern } from '../sound-pattern.js';
import { loudnessOf } from './loudness.js';
import { Score } from './score.js';
import type { SoundDescription } from './sound-description.js';

/** What a sound level meter shows at most of every sound, as a factor of full scale (-12 dB, A-weighted). */
const LOUDNESS = 0.25;

/** Makes a sound from its description: what it is made of, as loud as every other. */
export function synthesise(description: SoundDescription): SoundPattern {
  const { name, length } = description;
  // Few of the sounds are ever heard in one device, so each is made ready when it first is.
  let ready: { readonly score: Score; readonly gain: number } | undefined;
  const prepare = () => {
    const score = new Score(description);
    return { score, gain: LOUDNESS / loudnessOf(score) };
  };
  return {
    name,
    period: milliseconds(Math.round(length * 1_000)),
    sample: (seconds) => {
      ready ??= prepare();
      return ready.gain * ready.score.valueAt(seconds % length);
    },
  };
}
