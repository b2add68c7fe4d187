import { flashPattern } from '../flash-pattern.js';

/** Four blinks that each light up at once and fade, and a pause. */
export const blink4xFade = flashPattern({
  name: 'Blink 4x fade',
  usual: 'red',
  trains: [
    { count: 4, onMs: 520, offMs: 40, periodMs: 3_600, isFading: true },
    { count: 4, onMs: 400, offMs: 40, periodMs: 2_700, isFading: true },
    { count: 4, onMs: 300, offMs: 40, periodMs: 2_000, isFading: true },
  ],
  flashesPerSecond: [2, 3, 3],
});
