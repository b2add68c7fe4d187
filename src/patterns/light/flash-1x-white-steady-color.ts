import { bySpeed } from '../by-speed.js';
import { flashLevel } from '../flash-train.js';
import { SINGLE_STROBE } from '../strobe-trains.js';
import { whiteOverColor } from '../white-over-color.js';

/** One short white flash over the steady colour. */
export const flash1xWhiteSteadyColor = whiteOverColor({
  name: 'Flash 1x white + steady color',
  periodsMs: [2_000, 1_000, 500, 200],
  flashesPerSecond: [1, 1, 2, 5],
  whiteOn: (_section, phaseMs, speed) => flashLevel(bySpeed(SINGLE_STROBE, speed), phaseMs),
});
