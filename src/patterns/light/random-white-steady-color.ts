import { bySpeed } from '../by-speed.js';
import { RANDOM_SECTIONS } from '../random-sections.js';
import { whiteOverColor } from '../white-over-color.js';

/** How long each choice of sections stays. */
const SLOTS_MS = [600, 400, 250] as const;

const CHOICES = RANDOM_SECTIONS.length;

/** White jumps at random over the steady colour: one section of each direction at a time, so that every side sees it. */
export const randomWhiteSteadyColor = whiteOverColor({
  name: 'Random white + steady color',
  periodsMs: [SLOTS_MS[0] * CHOICES, SLOTS_MS[1] * CHOICES, SLOTS_MS[2] * CHOICES],
  flashesPerSecond: [1, 1, 2],
  whiteOn: (section, phaseMs, speed) =>
    RANDOM_SECTIONS[Math.floor(phaseMs / bySpeed(SLOTS_MS, speed))]?.includes(section) === true ? 1 : 0,
});
