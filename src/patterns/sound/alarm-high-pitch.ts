import { synthesise } from '../synthesise.js';
import { PURE } from '../timbres.js';

/** Piercing and quick, at the pitch where the ear is keenest. */
export const alarmHighPitch = synthesise({
  name: 'Alarm: Alarm high pitch',
  segments: [{ tone: 0.15, pitch: 2_850, timbre: PURE }, { pause: 0.1 }],
});
