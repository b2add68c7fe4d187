import { flashPattern } from '../flash-pattern.js';

/** Four blinks and a pause, in the rhythm of three. */
export const blink4x = flashPattern({
  name: 'Blink 4x',
  usual: 'red',
  trains: [
    { count: 4, onMs: 280, offMs: 280, periodMs: 3_600 },
    { count: 4, onMs: 220, offMs: 220, periodMs: 2_700 },
    { count: 4, onMs: 170, offMs: 170, periodMs: 2_000 },
  ],
  flashesPerSecond: [2, 2, 3],
});
