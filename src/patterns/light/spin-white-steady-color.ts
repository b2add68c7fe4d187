import { bySpeed } from '../by-speed.js';
import { SECTION_COUNT } from '../light-frame.js';
import { ringBeam } from '../ring-beam.js';
import { whiteOverColor } from '../white-over-color.js';

/** Time of one turn, in which each section is white twice. */
const PERIODS_MS = [3_200, 2_000, 1_400, 1_000] as const;

/** Width of each beam in sections. */
const BEAM = 2;

/** Two white beams opposite each other spin like a propeller over the steady colour. */
export const spinWhiteSteadyColor = whiteOverColor({
  name: 'Spin white + steady color',
  periodsMs: PERIODS_MS,
  flashesPerSecond: [1, 1, 2, 2],
  whiteOn: (section, phaseMs, speed) => {
    const position = (phaseMs / bySpeed(PERIODS_MS, speed)) * SECTION_COUNT;
    return Math.max(ringBeam(section, position, BEAM), ringBeam(section, position + SECTION_COUNT / 2, BEAM));
  },
});
