import { milliseconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { NO_COLOR } from '../color-choice.js';
import { addToSection, SECTION_COUNT } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

const STEP_MS = 200;

const HALF = SECTION_COUNT / 2;

/** A blue and a white half that go round the ring: no alarm looks like it. */
export const identify: LightPattern = {
  name: 'Identify',
  speeds: [1],
  defaultSpeed: 1,
  colors: NO_COLOR,
  moves: true,
  flashesPerSecond: [1],
  period: () => milliseconds(STEP_MS * SECTION_COUNT),
  render: (elapsedMs, { intensity }, frame) => {
    const turn = Math.floor(elapsedMs / STEP_MS) % SECTION_COUNT;
    frame.fill(0);
    for (let place = 0; place < SECTION_COUNT; place++) {
      const section = (place + turn) % SECTION_COUNT;
      addToSection(frame, section, place < HALF ? 'blue' : 'white', brightness(intensity));
    }
  },
};
