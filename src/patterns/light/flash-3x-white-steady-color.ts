import { bySpeed } from '../by-speed.js';
import { flashLevel } from '../flash-train.js';
import { TRIPLE_STROBE } from '../strobe-trains.js';
import { whiteOverColor } from '../white-over-color.js';

/** Three short white flashes close together over the steady colour. */
export const flash3xWhiteSteadyColor = whiteOverColor({
  name: 'Flash 3x white + steady color',
  periodsMs: [3_000, 2_000, 1_300, 800],
  flashesPerSecond: [3, 3, 3, 4],
  whiteOn: (_section, phaseMs, speed) => flashLevel(bySpeed(TRIPLE_STROBE, speed), phaseMs),
});
