import { synthesise } from '../synthesis/synthesise.js';
import { CHIME } from '../synthesis/timbres.js';

/** A page is turned, and a bell calls who is next. */
export const notificationNext = synthesise({
  name: 'Notification: Next',
  length: 2.4,
  gain: 0.423,
  events: [
    {
      at: 0,
      lasts: 0.5,
      noise: [300, 3_500],
      attack: 0.35,
      release: 0.12,
      filter: { pass: 'band', hertz: [450, 900, 2_800] },
      level: 1.6,
    },
    { at: 0.45, lasts: 1.2, pitch: 1_046.5, timbre: CHIME, attack: 0.004, decay: 0.3 },
  ],
});
