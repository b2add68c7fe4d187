import { seconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { LIGHT_COLORS } from '../light-color.js';
import { paintRing } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

/** The whole ring in one colour. */
export const steady: LightPattern = {
  name: 'Steady',
  speeds: [1],
  defaultSpeed: 1,
  colors: { min: 1, max: 1, allowed: LIGHT_COLORS, default: ['green'] },
  moves: false,
  period: () => seconds(1),
  render: (_elapsedMs, { colors, intensity }, frame) => {
    paintRing(frame, colors[0], brightness(intensity));
  },
};
