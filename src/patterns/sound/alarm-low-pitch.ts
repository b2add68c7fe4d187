import { synthesise } from '../synthesis/synthesise.js';
import { SOUNDER } from '../synthesis/timbres.js';

/** The high alarm's deep and slower sister, for ears that high tones no longer reach. */
export const alarmLowPitch = synthesise({
  name: 'Alarm: Alarm low pitch',
  length: 0.5,
  gain: 0.519,
  events: [{ at: 0, lasts: 0.3, pitch: 400, timbre: SOUNDER }],
});
