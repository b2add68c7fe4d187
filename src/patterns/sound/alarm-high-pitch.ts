import { synthesise } from '../synthesis/synthesise.js';
import { PURE } from '../synthesis/timbres.js';

/** Piercing and quick, at the pitch where the ear is keenest. */
export const alarmHighPitch = synthesise({
  name: 'Alarm: Alarm high pitch',
  length: 0.25,
  gain: 0.348,
  events: [{ at: 0, lasts: 0.15, pitch: 2_850, timbre: PURE }],
});
