import { milliseconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { NO_COLOR } from '../color-choice.js';
import { addToSection, SECTION_COUNT } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

const STEP_MS = 500;

/** One section of the ring after the other, white; source: the device manual, "Health check". */
export const healthCheck: LightPattern = {
  name: 'Health check',
  speeds: [1],
  defaultSpeed: 1,
  colors: NO_COLOR,
  moves: true,
  flashesPerSecond: [1],
  period: () => milliseconds(STEP_MS * SECTION_COUNT),
  render: (elapsedMs, { intensity }, frame) => {
    frame.fill(0);
    const section = Math.floor(elapsedMs / STEP_MS) % SECTION_COUNT;
    addToSection(frame, section, 'white', brightness(intensity));
  },
};
