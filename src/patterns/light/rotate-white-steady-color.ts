import { milliseconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { bySpeed } from '../by-speed.js';
import { addToSection, SECTION_COUNT } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

/** Time of one turn. */
const PERIODS_MS = [4_000, 2_400, 1_500, 1_000] as const;

/** Width of the white beam in sections, the width of one direction. */
const BEAM = 3;

/** A white beam goes round, from direction A to B, over a ring that is steady in the colour, or dark without one. */
export const rotateWhiteSteadyColor: LightPattern = {
  name: 'Rotate white + steady color',
  speeds: [1, 2, 3, 4],
  defaultSpeed: 2,
  colors: { min: 0, max: 1, allowed: ['red', 'green', 'blue', 'amber'], default: [] },
  moves: true,
  period: ({ speed }) => milliseconds(bySpeed(PERIODS_MS, speed)),
  render: (elapsedMs, { colors, intensity, speed }, frame) => {
    const period = bySpeed(PERIODS_MS, speed);
    const turn = (elapsedMs % period) / period;
    const level = brightness(intensity);
    const color = colors[0];
    frame.fill(0);
    for (let section = 0; section < SECTION_COUNT; section++) {
      const white = beamOn(section, turn * SECTION_COUNT);
      addToSection(frame, section, 'white', white * level);
      if (color !== undefined) addToSection(frame, section, color, (1 - white) * level);
    }
  },
};

/** The part of a section (0 to 1) that the beam covers, whose first edge stands at `position` sections. */
function beamOn(section: number, position: number): number {
  const from = (((section - position) % SECTION_COUNT) + SECTION_COUNT) % SECTION_COUNT;
  if (from <= BEAM - 1) return 1;
  if (from < BEAM) return BEAM - from;
  return Math.max(0, from - (SECTION_COUNT - 1));
}
