import { synthesise } from '../synthesis/synthesise.js';
import { CHIME } from '../synthesis/timbres.js';

/** A quick rising fourth, then silence. */
export const notificationAccepted = synthesise({
  name: 'Notification: Accepted',
  length: 2,
  gain: 0.523,
  events: [
    { at: 0, lasts: 0.12, pitch: 587.33, timbre: CHIME },
    { at: 0.12, lasts: 0.5, pitch: 783.99, timbre: CHIME, decay: 0.18 },
  ],
});
