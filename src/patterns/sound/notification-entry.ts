import { synthesise } from '../synthesis/synthesise.js';
import { CHIME } from '../synthesis/timbres.js';

/** Ding, dong. */
export const notificationEntry = synthesise({
  name: 'Notification: Entry',
  length: 3,
  gain: 0.649,
  events: [
    { at: 0, lasts: 0.9, pitch: 659.26, timbre: CHIME, decay: 0.3 },
    { at: 0.6, lasts: 1.4, pitch: 523.25, timbre: CHIME, decay: 0.4 },
  ],
});
