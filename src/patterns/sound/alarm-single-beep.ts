import { synthesise } from '../synthesise.js';
import { SOUNDER } from '../timbres.js';

/** One beep each second. */
export const alarmSingleBeep = synthesise({
  name: 'Alarm: Single beep',
  segments: [{ tone: 0.25, pitch: 700, timbre: SOUNDER }, { pause: 0.75 }],
});
