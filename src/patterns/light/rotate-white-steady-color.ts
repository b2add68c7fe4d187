import { bySpeed } from '../by-speed.js';
import { SECTION_COUNT } from '../light-frame.js';
import { ringBeam } from '../ring-beam.js';
import { whiteOverColor } from '../white-over-color.js';

/** Time of one turn. */
const PERIODS_MS = [4_000, 2_400, 1_500, 1_000] as const;

/** Width of the white beam in sections, the width of one direction. */
const BEAM = 3;

/** A white beam goes round, from direction A to B, over the steady colour. */
export const rotateWhiteSteadyColor = whiteOverColor({
  name: 'Rotate white + steady color',
  periodsMs: PERIODS_MS,
  flashesPerSecond: [1, 1, 1, 1],
  whiteOn: (section, phaseMs, speed) =>
    ringBeam(section, (phaseMs / bySpeed(PERIODS_MS, speed)) * SECTION_COUNT, BEAM),
});
