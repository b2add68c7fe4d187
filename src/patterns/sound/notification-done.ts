import { synthesise } from '../synthesise.js';
import { CHIME } from '../timbres.js';

/** A broken major chord that comes to rest on its octave. */
export const notificationDone = synthesise({
  name: 'Notification: Done',
  segments: [
    { tone: 0.14, pitch: 440, timbre: CHIME },
    { tone: 0.14, pitch: 554.37, timbre: CHIME },
    { tone: 0.14, pitch: 659.26, timbre: CHIME },
    { tone: 0.7, pitch: 880, timbre: CHIME, decay: 0.25 },
    { pause: 1.88 },
  ],
});
