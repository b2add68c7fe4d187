import type { Timbre } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';

/** Two tones that beat against each other forty times a second, as in a telephone's ring. */
const RING: Timbre = [
  { ratio: 1, amplitude: 1 },
  { ratio: 480 / 440, amplitude: 1 },
];

/** Ring, ring, pause. */
export const notificationCalling = synthesise({
  name: 'Notification: Calling',
  length: 3,
  gain: 0.392,
  events: [0, 0.6].map((at) => ({ at, lasts: 0.4, pitch: 440, timbre: RING })),
});
