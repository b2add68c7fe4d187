import { seconds } from '../../base/duration.js';
import type { LightPattern } from '../light-pattern.js';

/** Darkness, for a profile that shall keep weaker lights from showing. */
export const off: LightPattern = {
  name: 'Off',
  speeds: [1],
  defaultSpeed: 1,
  colors: { min: 0, max: 0, allowed: [], default: [] },
  moves: false,
  period: () => seconds(1),
  render: (_elapsedMs, _settings, frame) => {
    frame.fill(0);
  },
};
