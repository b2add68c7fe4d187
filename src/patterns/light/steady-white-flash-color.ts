import { milliseconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { bySpeed } from '../by-speed.js';
import { oneColorBesideWhite } from '../color-choice.js';
import { paintRing } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

const PERIODS_MS = [2_000, 1_200, 800] as const;

/** Lets the eye see the colour as a flash and not as a change of white. */
const FLASH_MS = 240;

/** White all the time, which the colour replaces for the length of a flash. */
export const steadyWhiteFlashColor: LightPattern = {
  name: 'Steady white + flash color',
  speeds: [1, 2, 3],
  defaultSpeed: 2,
  colors: oneColorBesideWhite('red'),
  moves: true,
  flashesPerSecond: [1, 1, 1],
  period: ({ speed }) => milliseconds(bySpeed(PERIODS_MS, speed)),
  render: (elapsedMs, { colors, intensity, speed }, frame) => {
    const isFlash = elapsedMs % bySpeed(PERIODS_MS, speed) < FLASH_MS;
    paintRing(frame, isFlash ? colors[0] : 'white', brightness(intensity));
  },
};
