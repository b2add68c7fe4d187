import { synthesise } from '../synthesis/synthesise.js';
import { SOUNDER } from '../synthesis/timbres.js';

/** One beep each second. */
export const alarmSingleBeep = synthesise({
  name: 'Alarm: Single beep',
  length: 1,
  gain: 0.36,
  events: [{ at: 0, lasts: 0.25, pitch: 1_000, timbre: SOUNDER }],
});
