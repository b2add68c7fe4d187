import { synthesise } from '../synthesis/synthesise.js';
import { PURE } from '../synthesis/timbres.js';

/** Three piercing strokes, then a breath. */
export const alarmTripleHighPitch = synthesise({
  name: 'Alarm: Triple high pitch',
  length: 1.2,
  gain: 0.354,
  events: [0, 0.2, 0.4].map((at) => ({ at, lasts: 0.13, pitch: 3_100, timbre: PURE })),
});
