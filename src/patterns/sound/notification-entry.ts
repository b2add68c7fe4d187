import { synthesise } from '../synthesise.js';
import { CHIME } from '../timbres.js';

/** Ding, dong. */
export const notificationEntry = synthesise({
  name: 'Notification: Entry',
  segments: [
    { tone: 0.6, pitch: 659.26, timbre: CHIME, decay: 0.3 },
    { tone: 1, pitch: 523.25, timbre: CHIME, decay: 0.4 },
    { pause: 1.4 },
  ],
});
