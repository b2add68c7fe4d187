import { milliseconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { bySpeed } from '../by-speed.js';
import { LIGHT_COLORS } from '../light-color.js';
import { paintRing } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

/** How long each colour stays. */
const STEPS_MS = [800, 400] as const;

/** Two to four colours, one after the other, each on the whole ring. */
export const alternate: LightPattern = {
  name: 'Alternate',
  speeds: [1, 2],
  defaultSpeed: 1,
  colors: { min: 2, max: 4, allowed: LIGHT_COLORS, default: ['red', 'blue'] },
  moves: true,
  flashesPerSecond: [1, 1],
  period: ({ colors, speed }) => milliseconds(bySpeed(STEPS_MS, speed) * Math.max(1, colors.length)),
  render: (elapsedMs, { colors, intensity, speed }, frame) => {
    const step = Math.floor(elapsedMs / bySpeed(STEPS_MS, speed)) % Math.max(1, colors.length);
    paintRing(frame, colors[step], brightness(intensity));
  },
};
