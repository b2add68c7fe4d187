import { milliseconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { NO_COLOR } from '../color-choice.js';
import { addToSection, SECTION_COUNT } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

const PERIOD_MS = 3_000;

const CORNERS = 3;

/** A triangle on the ring, white, slowly swelling and fading and never quite dark; source: the device manual, "Maintenance". */
export const maintenance: LightPattern = {
  name: 'Maintenance',
  speeds: [1],
  defaultSpeed: 1,
  colors: NO_COLOR,
  moves: true,
  flashesPerSecond: [0],
  period: () => milliseconds(PERIOD_MS),
  render: (elapsedMs, { intensity }, frame) => {
    const phase = (elapsedMs % PERIOD_MS) / PERIOD_MS;
    const swell = 0.2 + (0.8 * (1 - Math.cos(2 * Math.PI * phase))) / 2;
    frame.fill(0);
    for (let section = 0; section < SECTION_COUNT; section += SECTION_COUNT / CORNERS) {
      addToSection(frame, section, 'white', brightness(intensity) * swell);
    }
  },
};
