import { synthesise } from '../synthesis/synthesise.js';
import { PURE } from '../synthesis/timbres.js';

/** Three round beeps, deeper and more at leisure than the four. */
export const alarmSoftTripleBeep = synthesise({
  name: 'Alarm: Soft triple beep',
  length: 2.4,
  gain: 0.552,
  events: [0, 0.36, 0.72].map((at) => ({
    at,
    lasts: 0.24,
    pitch: 587.33,
    timbre: PURE,
    attack: 0.04,
    release: 0.1,
  })),
});
