import { milliseconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { bySpeed } from '../by-speed.js';
import { LIGHT_COLORS } from '../light-color.js';
import { paintRing } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

/** One flash in every period; the fastest is the twice a second of a usual strobe. */
const PERIODS_MS = [2_000, 1_000, 500] as const;

/** Short as a strobe, long enough for three pictures of an output that shows 25 a second. */
const FLASH_MS = 120;

/** A strobe: one short flash, then darkness. */
export const flash1x: LightPattern = {
  name: 'Flash 1x',
  speeds: [1, 2, 3],
  defaultSpeed: 2,
  colors: { min: 1, max: 1, allowed: LIGHT_COLORS, default: ['white'] },
  moves: true,
  period: ({ speed }) => milliseconds(bySpeed(PERIODS_MS, speed)),
  render: (elapsedMs, { colors, intensity, speed }, frame) => {
    const isFlash = elapsedMs % bySpeed(PERIODS_MS, speed) < FLASH_MS;
    paintRing(frame, isFlash ? colors[0] : undefined, brightness(intensity));
  },
};
