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

/** A small steel bell under a hammer: its partials are in no harmony. */
export const BELL: Timbre = [
  { ratio: 1, amplitude: 0.7 },
  { ratio: 1.51, amplitude: 0.35 },
  { ratio: 1.98, amplitude: 1 },
  { ratio: 2.74, amplitude: 0.6 },
];

/** Brass, a reed or a pipe: every partial up to `count`, the softer the farther it is from the strongest one. */
export function reed(count: number, strongest = 1): Timbre {
  return Array.from({ length: count }, (_, index) => {
    const ratio = index + 1;
    return { ratio, amplitude: ratio < strongest ? ratio / strongest : strongest / ratio };
  });
}

/** The rattle of an armature: every partial up to `count`, the high ones hardly softer than the low. */
export function buzz(count: number): Timbre {
  return Array.from({ length: count }, (_, index) => ({
    ratio: index + 1,
    amplitude: 1 / Math.sqrt(index + 1),
  }));
}
