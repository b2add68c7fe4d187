import { synthesise } from '../synthesise.js';
import { CHIME } from '../timbres.js';

/** A quick rising fourth, then silence. */
export const notificationAccepted = synthesise({
  name: 'Notification: Accepted',
  segments: [
    { tone: 0.12, pitch: 587.33, timbre: CHIME },
    { tone: 0.4, pitch: 783.99, timbre: CHIME, decay: 0.18 },
    { pause: 1.48 },
  ],
});
