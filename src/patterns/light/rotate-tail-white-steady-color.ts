import { bySpeed } from '../by-speed.js';
import { SECTION_COUNT } from '../light-frame.js';
import { ringComet } from '../ring-beam.js';
import { whiteOverColor } from '../white-over-color.js';

/** Time of one turn. */
const PERIODS_MS = [4_000, 2_400, 1_500, 1_000] as const;

/** Sections from the head to where the tail is out. */
const TAIL = 8;

/** A white head goes round, from direction A to B, and draws a fading tail over the steady colour. */
export const rotateTailWhiteSteadyColor = whiteOverColor({
  name: 'Rotate tail white + steady color',
  periodsMs: PERIODS_MS,
  flashesPerSecond: [1, 1, 2, 2],
  whiteOn: (section, phaseMs, speed) =>
    ringComet(section, (phaseMs / bySpeed(PERIODS_MS, speed)) * SECTION_COUNT, TAIL),
});
