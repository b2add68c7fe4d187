import { describe, expect, it } from '@jest/globals';
import { countFlashes } from './count-flashes.js';
import type { LightColor } from './light-color.js';
import { addToSection, type LightFrame, paintRing } from './light-frame.js';

const lasts = 4_000;

/** One colour after the other on the first `sections` of the ring, `each` milliseconds long; undefined is dark. */
function turns(colors: readonly (LightColor | undefined)[], each: number, { sections = 12, level = 1 } = {}) {
  return (elapsedMs: number, frame: LightFrame) => {
    const color = colors[Math.floor(elapsedMs / each) % colors.length];
    frame.fill(0);
    for (let section = 0; color !== undefined && section < sections; section++) {
      addToSection(frame, section, color, level);
    }
  };
}

describe('countFlashes', () => {
  it.each([
    ['three flashes a second', turns(['white', undefined], 170), 3],
    ['four flashes a second', turns(['white', undefined], 125), 4],
    ['ten flashes a second', turns(['white', undefined], 50), 10],
    ['blue, which is dark to a luminance meter', turns(['blue', undefined], 125), 4],
    ['the dimmest flashes that a profile can have', turns(['red', undefined], 125, { level: 0.2 }), 4],
    ['a change of less than a tenth', turns(['red', undefined], 125, { level: 0.09 }), 0],
    ['colours that take turns', turns(['red', 'blue'], 125), 4],
    ['four colours, of which each change is half a flash', turns(['red', 'green', 'blue', 'white'], 125), 4],
    ['amber and white, which share a channel on the way to the eye', turns(['amber', 'white'], 125), 4],
    ['a quarter of the ring', turns(['white', undefined], 125, { sections: 3 }), 4],
    ['light that stays', turns(['white'], 125), 0],
  ])('counts %s', (_title, draw, expected) => {
    expect(countFlashes(draw, { lasts })).toBe(expected);
  });

  it('does not count what is smaller than a quarter of the ring and hardly changes the whole', () => {
    const draw = (elapsedMs: number, frame: LightFrame) => {
      turns(['white', undefined], 125, { sections: 1 })(elapsedMs, frame);
    };
    expect(countFlashes(draw, { lasts })).toBe(0);
  });

  it('counts sides that flash in turn as one lamp, which is how they light a room', () => {
    const draw = (elapsedMs: number, frame: LightFrame) => {
      const step = Math.floor(elapsedMs / 100);
      frame.fill(0);
      if (step % 2 === 1) return;
      for (let section = 0; section < 3; section++) {
        addToSection(frame, ((step / 2) % 4) * 3 + section, 'white', 1);
      }
    };
    expect(countFlashes(draw, { lasts })).toBe(5);
  });

  it('counts a slow fade of two channels, one of which follows the other, once each way', () => {
    const draw = (elapsedMs: number, frame: LightFrame) => {
      paintRing(frame, 'amber', (1 - Math.cos((2 * Math.PI * elapsedMs) / 500)) / 2);
    };
    expect(countFlashes(draw, { lasts })).toBe(2);
  });
});
