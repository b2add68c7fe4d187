import { seconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { COLOR_OR_DARK } from '../color-choice.js';
import { addToSection, paintRing, SECTION_COUNT } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

/** White in the middle of each direction and the colour on both sides of it; all white without a colour. */
export const steadyWhiteSteadyColor: LightPattern = {
  name: 'Steady white + steady color',
  speeds: [1],
  defaultSpeed: 1,
  colors: COLOR_OR_DARK,
  moves: false,
  flashesPerSecond: [0],
  period: () => seconds(1),
  render: (_elapsedMs, { colors, intensity }, frame) => {
    const [color = 'white'] = colors;
    const level = brightness(intensity);
    paintRing(frame, undefined, 0);
    for (let section = 0; section < SECTION_COUNT; section++) {
      addToSection(frame, section, section % 3 === 1 ? 'white' : color, level);
    }
  },
};
