import type { SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { PURE } from '../synthesis/timbres.js';

const CALL = { timbre: PURE, attack: 0.015, release: 0.02 };

const tweets = [0, 0.16, 0.32].map((at): SoundEvent => ({
  ...CALL,
  at,
  lasts: 0.11,
  pitch: [1_900, 3_100, 2_400],
}));

/** Ten quick drops of the pitch. */
const trill = Array.from({ length: 10 }, (_, index): SoundEvent => ({
  ...CALL,
  at: 0.56 + 0.06 * index,
  lasts: 0.05,
  pitch: [3_200, 2_300],
}));

/** Three tweets, a trill, a long call that falls. */
export const alarmBird = synthesise({
  name: 'Alarm: Bird',
  length: 2.2,
  gain: 0.323,
  events: [...tweets, ...trill, { ...CALL, at: 1.25, lasts: 0.3, pitch: [2_700, 3_000, 1_700] }],
});
