import type { SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { CHIME } from '../synthesis/timbres.js';

/** Seconds of a dot; a dash has three, as has the gap between letters (ITU-R M.1677-1). */
const DOT = 0.06;
const DASH = 3 * DOT;

/** Short message: the letters S, M and S, the gaps left out. */
const LETTERS = [
  [DOT, DOT, DOT],
  [DASH, DASH],
  [DOT, DOT, DOT],
];

function morse(): readonly SoundEvent[] {
  const events: SoundEvent[] = [];
  let at = 0;
  for (const letter of LETTERS) {
    for (const lasts of letter) {
      events.push({ at, lasts, pitch: 1_396.91, timbre: CHIME });
      at += lasts + DOT;
    }
    at += 2 * DOT;
  }
  return events;
}

/** A short message in Morse code. */
export const notificationMessage = synthesise({
  name: 'Notification: Message',
  length: 3,
  gain: 0.34,
  events: morse(),
});
