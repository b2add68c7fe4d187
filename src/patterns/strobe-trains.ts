import type { BySpeed } from './by-speed.js';
import type { FlashTrain } from './flash-train.js';

/**
 * One flash in each period: short as a strobe's, long enough for three pictures of an output that shows 25 a
 * second. The third speed is the twice a second of a usual strobe, the fourth is only for who asks for it.
 */
export const SINGLE_STROBE: BySpeed<FlashTrain> = [
  { count: 1, onMs: 120, offMs: 0, periodMs: 2_000 },
  { count: 1, onMs: 120, offMs: 0, periodMs: 1_000 },
  { count: 1, onMs: 120, offMs: 0, periodMs: 500 },
  { count: 1, onMs: 80, offMs: 0, periodMs: 200 },
];

/**
 * Three flashes close together and a pause long enough that no second holds a fourth: a triple flash by itself
 * is acceptable (ITU-R BT.1702). The fourth speed is only for who asks for it.
 */
export const TRIPLE_STROBE: BySpeed<FlashTrain> = [
  { count: 3, onMs: 100, offMs: 140, periodMs: 3_000 },
  { count: 3, onMs: 100, offMs: 140, periodMs: 2_000 },
  { count: 3, onMs: 100, offMs: 140, periodMs: 1_300 },
  { count: 3, onMs: 80, offMs: 80, periodMs: 800 },
];
