import type { SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { reed } from '../synthesis/timbres.js';

/** C, G, E, C: each joins in and stays. */
const PITCHES = [261.63, 392, 659.26, 1_046.5];
const END = 1.9;

/** A chord that opens wide from its lowest note, as doors do. */
export const notificationOpen = synthesise({
  name: 'Notification: Open',
  length: 2.8,
  gain: 0.138,
  events: PITCHES.map((pitch, index): SoundEvent => {
    const at = 0.22 * index;
    const lasts = END - at;
    return {
      at,
      lasts,
      pitch,
      timbre: reed(6, 2),
      attack: 0.06,
      release: 0.5,
      filter: { pass: 'low', hertz: [600, 3_000, 2_400] },
    };
  }),
});
