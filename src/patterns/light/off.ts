import { seconds } from '../../base/duration.js';
import { NO_COLOR } from '../color-choice.js';
import type { LightPattern } from '../light-pattern.js';

/** Darkness, for a profile that shall keep weaker lights from showing. */
export const off: LightPattern = {
  name: 'Off',
  speeds: [1],
  defaultSpeed: 1,
  colors: NO_COLOR,
  moves: false,
  flashesPerSecond: [0],
  period: () => seconds(1),
  render: (_elapsedMs, _settings, frame) => {
    frame.fill(0);
  },
};
