import type { SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { HORN } from '../synthesis/timbres.js';

/** Eleven sweeps a second. */
const yelps = Array.from({ length: 11 }, (_, index): SoundEvent => ({
  at: 0.09 * index,
  lasts: 0.09,
  pitch: [700, 1_600],
  timbre: HORN,
}));

/** The sweep of a car alarm in great haste, which hardly takes breath. */
export const alarmCarAlarmFast = synthesise({
  name: 'Alarm: Car alarm fast',
  length: 1.2,
  gain: 0.312,
  events: yelps,
});
