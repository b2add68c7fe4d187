import { synthesise } from '../synthesise.js';
import type { Timbre } from '../sound-description.js';

/** Two tones that beat against each other forty times a second, as in a telephone's ring. */
const RING: Timbre = [
  { ratio: 1, amplitude: 1 },
  { ratio: 480 / 440, amplitude: 1 },
];

/** Ring, ring, pause. */
export const notificationCalling = synthesise({
  name: 'Notification: Calling',
  segments: [
    { tone: 0.4, pitch: 440, timbre: RING },
    { pause: 0.2 },
    { tone: 0.4, pitch: 440, timbre: RING },
    { pause: 2 },
  ],
});
