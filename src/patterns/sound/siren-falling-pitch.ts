import { synthesise } from '../synthesis/synthesise.js';
import { HORN } from '../synthesis/timbres.js';

/** From 1,200 down to 500 Hz in each second (the emergency signal of DIN 33404-3). */
export const sirenFallingPitch = synthesise({
  name: 'Siren: Falling pitch',
  length: 1,
  gain: 0.306,
  events: [{ at: 0, lasts: 1, pitch: [1_200, 500], timbre: HORN }],
});
