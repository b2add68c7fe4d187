import type { Timbre } from './sound-description.js';

/** One sine: clear, hard to locate, carries far. */
export const PURE: Timbre = [{ ratio: 1, amplitude: 1 }];

/** Odd partials of a square wave, up to the fifth: the tone of an electronic sounder, heard through doors. */
export const SOUNDER: Timbre = [
  { ratio: 1, amplitude: 1 },
  { ratio: 3, amplitude: 1 / 3 },
  { ratio: 5, amplitude: 1 / 5 },
];

/** All partials up to the third: a horn, brighter than a sine. */
export const HORN: Timbre = [
  { ratio: 1, amplitude: 1 },
  { ratio: 2, amplitude: 0.5 },
  { ratio: 3, amplitude: 0.25 },
];

/** A struck bar: the second partial lies about two octaves above. */
export const CHIME: Timbre = [
  { ratio: 1, amplitude: 1 },
  { ratio: 2, amplitude: 0.25 },
  { ratio: 4, amplitude: 0.12 },
];
