import type { LightPattern } from './light-pattern.js';
import { whiteOverColor } from './white-over-color.js';

/** Sections that look towards each direction. */
const WIDTH = 3;

const FIRST_SECTION = { A: 0, B: 3, C: 6, D: 9 } as const;

/** White towards one direction; all the others have the steady colour, or are dark without one. */
export function directionPattern(direction: keyof typeof FIRST_SECTION): LightPattern {
  const first = FIRST_SECTION[direction];
  return whiteOverColor({
    name: `Direction ${direction} + steady color`,
    periodsMs: [1_000],
    flashesPerSecond: [0],
    whiteOn: (section) => (section >= first && section < first + WIDTH ? 1 : 0),
  });
}
