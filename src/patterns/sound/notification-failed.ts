import type { SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { reed } from '../synthesis/timbres.js';

/** A hand opens and closes the bell of a trombone. */
const wah = (at: number, lasts: number, pitch: number): SoundEvent => ({
  at,
  lasts,
  pitch: [pitch, pitch, 0.97 * pitch],
  timbre: reed(10, 3),
  attack: 0.03,
  release: 0.06,
  filter: { pass: 'low', hertz: [350, 1_500, 450] },
});

/** Three notes down, and a fourth that gives up. */
export const notificationFailed = synthesise({
  name: 'Notification: Failed',
  length: 3.2,
  gain: 0.321,
  events: [
    wah(0, 0.3, 311.13),
    wah(0.32, 0.3, 293.66),
    wah(0.64, 0.3, 277.18),
    {
      ...wah(0.96, 1.1, 261.63),
      pitch: [261.63, 261.63, 246.94, 220],
      timbre: reed(10, 3),
      release: 0.4,
      vibrato: { rate: 5.5, depth: 0.5 },
    },
  ],
});
