import { flashPattern } from '../flash-pattern.js';

/** Three blinks that each light up at once and fade, and a pause. */
export const blink3xFade = flashPattern({
  name: 'Blink 3x fade',
  usual: 'red',
  trains: [
    { count: 3, onMs: 520, offMs: 40, periodMs: 3_000, isFading: true },
    { count: 3, onMs: 400, offMs: 40, periodMs: 2_200, isFading: true },
    { count: 3, onMs: 300, offMs: 40, periodMs: 1_600, isFading: true },
  ],
  flashesPerSecond: [2, 3, 3],
});
