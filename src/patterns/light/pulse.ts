import { milliseconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { bySpeed } from '../by-speed.js';
import { oneColor } from '../color-choice.js';
import { paintRing } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

const PERIODS_MS = [4_000, 2_400, 1_200] as const;

/** The darkest moment; a ring that never goes out is not mistaken for one that is off. */
const LOWEST = 0.08;

/** The whole ring swells and fades, brightest at the start of each period so that an alarm shows at once. */
export const pulse: LightPattern = {
  name: 'Pulse',
  speeds: [1, 2, 3],
  defaultSpeed: 2,
  colors: oneColor('amber'),
  moves: true,
  flashesPerSecond: [1, 1, 1],
  period: ({ speed }) => milliseconds(bySpeed(PERIODS_MS, speed)),
  render: (elapsedMs, { colors, intensity, speed }, frame) => {
    const period = bySpeed(PERIODS_MS, speed);
    const phase = (elapsedMs % period) / period;
    const swell = (1 + Math.cos(2 * Math.PI * phase)) / 2;
    paintRing(frame, colors[0], brightness(intensity) * (LOWEST + (1 - LOWEST) * swell));
  },
};
