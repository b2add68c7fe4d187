import { milliseconds } from '../base/duration.js';
import { brightness } from './brightness.js';
import { type BySpeed, bySpeed } from './by-speed.js';
import { COLOR_OR_DARK } from './color-choice.js';
import { addToSection, SECTION_COUNT } from './light-frame.js';
import type { LightPattern } from './light-pattern.js';

interface WhiteOverColorOptions {
  readonly name: string;
  readonly periodsMs: BySpeed<number>;
  /** Default 2, or 1 where there is no other. */
  readonly defaultSpeed?: number;
  readonly flashesPerSecond: BySpeed<number>;
  /** The part of a section (0 to 1) that is white `phaseMs` after a period began. */
  whiteOn(section: number, phaseMs: number, speed: number): number;
}

/** A pattern in which white moves over a ring that is steady in a colour, or dark without one. */
export function whiteOverColor(options: WhiteOverColorOptions): LightPattern {
  const { name, periodsMs, flashesPerSecond } = options;
  return {
    name,
    speeds: periodsMs.map((_, index) => index + 1),
    defaultSpeed: options.defaultSpeed ?? Math.min(2, periodsMs.length),
    colors: COLOR_OR_DARK,
    moves: periodsMs.length > 1,
    flashesPerSecond,
    period: ({ speed }) => milliseconds(bySpeed(periodsMs, speed)),
    render: (elapsedMs, { colors, intensity, speed }, frame) => {
      const phaseMs = elapsedMs % bySpeed(periodsMs, speed);
      const level = brightness(intensity);
      const color = colors[0];
      frame.fill(0);
      for (let section = 0; section < SECTION_COUNT; section++) {
        const white = options.whiteOn(section, phaseMs, speed);
        addToSection(frame, section, 'white', white * level);
        if (color !== undefined) addToSection(frame, section, color, (1 - white) * level);
      }
    },
  };
}
