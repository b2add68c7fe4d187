import { synthesise } from '../synthesis/synthesise.js';
import { CHIME } from '../synthesis/timbres.js';

/** A broken major chord that comes to rest on its octave. */
export const notificationDone = synthesise({
  name: 'Notification: Done',
  length: 3,
  gain: 0.435,
  events: [
    { at: 0, lasts: 0.14, pitch: 440, timbre: CHIME },
    { at: 0.14, lasts: 0.14, pitch: 554.37, timbre: CHIME },
    { at: 0.28, lasts: 0.14, pitch: 659.26, timbre: CHIME },
    { at: 0.42, lasts: 0.9, pitch: 880, timbre: CHIME, decay: 0.25 },
  ],
});
