import { milliseconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { bySpeed } from '../by-speed.js';
import { isLit } from '../flash-train.js';
import { LIGHT_COLORS } from '../light-color.js';
import { paintRing } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

/** Lit and dark for this long, three times; 340 ms from blink to blink keeps to three in a second. */
const HALVES_MS = [280, 220, 170] as const;
const PERIODS_MS = [3_000, 2_200, 1_600] as const;

/** Three blinks and a pause. */
export const blink3x: LightPattern = {
  name: 'Blink 3x',
  speeds: [1, 2, 3],
  defaultSpeed: 2,
  colors: { min: 1, max: 1, allowed: LIGHT_COLORS, default: ['red'] },
  moves: true,
  period: ({ speed }) => milliseconds(bySpeed(PERIODS_MS, speed)),
  render: (elapsedMs, { colors, intensity, speed }, frame) => {
    const half = bySpeed(HALVES_MS, speed);
    const train = { count: 3, onMs: half, offMs: half, periodMs: bySpeed(PERIODS_MS, speed) };
    paintRing(frame, isLit(train, elapsedMs) ? colors[0] : undefined, brightness(intensity));
  },
};
