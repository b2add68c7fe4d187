import { milliseconds } from '../../base/duration.js';
import type { SoundPattern } from '../sound-pattern.js';
import { Score } from './score.js';
import type { SoundDescription } from './sound-description.js';

/** Makes a sound from its description. */
export function synthesise(description: SoundDescription): SoundPattern {
  const { name, length, gain } = description;
  // Few of the sounds are ever heard in one device, so each is laid out when it first is.
  let score: Score | undefined;
  return {
    name,
    period: milliseconds(Math.round(length * 1_000)),
    sample: (seconds) => gain * (score ??= new Score(description)).valueAt(seconds % length),
  };
}
