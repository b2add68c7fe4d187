import { flashPattern } from '../flash-pattern.js';

/** Three blinks and a pause; 340 ms from blink to blink keep to three in a second. */
export const blink3x = flashPattern({
  name: 'Blink 3x',
  usual: 'red',
  trains: [
    { count: 3, onMs: 280, offMs: 280, periodMs: 3_000 },
    { count: 3, onMs: 220, offMs: 220, periodMs: 2_200 },
    { count: 3, onMs: 170, offMs: 170, periodMs: 1_600 },
  ],
  flashesPerSecond: [2, 2, 3],
});
