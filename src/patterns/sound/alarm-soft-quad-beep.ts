import { synthesise } from '../synthesis/synthesise.js';
import { PURE } from '../synthesis/timbres.js';

/** Four round beeps, high and close together. */
export const alarmSoftQuadBeep = synthesise({
  name: 'Alarm: Soft quad beep',
  length: 2,
  gain: 0.508,
  events: [0, 0.2, 0.4, 0.6].map((at) => ({
    at,
    lasts: 0.14,
    pitch: 880,
    timbre: PURE,
    attack: 0.03,
    release: 0.07,
  })),
});
