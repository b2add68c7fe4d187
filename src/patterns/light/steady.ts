import { seconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { oneColor } from '../color-choice.js';
import { paintRing } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

/** The whole ring in one colour. */
export const steady: LightPattern = {
  name: 'Steady',
  speeds: [1],
  defaultSpeed: 1,
  colors: oneColor('green'),
  moves: false,
  flashesPerSecond: [0],
  period: () => seconds(1),
  render: (_elapsedMs, { colors, intensity }, frame) => {
    paintRing(frame, colors[0], brightness(intensity));
  },
};
