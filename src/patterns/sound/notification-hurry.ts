import type { SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { CHIME } from '../synthesis/timbres.js';

/** Each stroke comes earlier than the last, by this factor, and a semitone higher. */
const HASTE = 0.86;
const SEMITONE = 2 ** (1 / 12);
const FIRST_WAIT = 0.28;

const strokes = Array.from({ length: 14 }, (_, index): SoundEvent => {
  const at = (FIRST_WAIT * (1 - HASTE ** index)) / (1 - HASTE);
  return { at, lasts: 0.16, pitch: 523.25 * SEMITONE ** index, timbre: CHIME, attack: 0.004, decay: 0.045 };
});

/** Knocks on wood, ever faster and higher. */
export const notificationHurry = synthesise({
  name: 'Notification: Hurry',
  length: 2.2,
  gain: 0.576,
  events: strokes,
});
