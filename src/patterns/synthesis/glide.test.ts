import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Glide } from './glide.js';

const hertz = fc.double({ min: 50, max: 3_500, noNaN: true });
const course = fc.array(hertz, { minLength: 2, maxLength: 8 });

describe('Glide', () => {
  it('passes through every pitch of its course at its time', () => {
    const glide = new Glide([400, 800, 500], 2);
    expect([0, 1, 2].map((at) => glide.hertzAt(at))).toEqual([400, 800, expect.closeTo(500)]);
    expect(glide.hertzAt(0.5)).toBeCloseTo(Math.sqrt(400 * 800));
    expect([glide.highest, glide.isStill]).toEqual([expect.closeTo(800), false]);
  });

  it('stands still at one pitch, also where a course says it twice', () => {
    expect(new Glide(440, 3).isStill && new Glide([440, 440], 3).isStill).toBe(true);
    expect(new Glide(440, 3).cyclesAt(2.5)).toBeCloseTo(1_100);
  });

  it('has gone through as many cycles as its frequency says, whatever the course: no phase jumps', () => {
    fc.assert(
      fc.property(
        course,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        ([first, second, ...others], part) => {
          const glide = new Glide([first ?? 1, second ?? 1, ...others], 2);
          const [at, step] = [2 * part, 1e-5];
          const cycles = glide.cyclesAt(at + step) - glide.cyclesAt(at);
          expect(cycles / step).toBeGreaterThan(
            0.995 * Math.min(glide.hertzAt(at), glide.hertzAt(at + step)),
          );
          expect(cycles / step).toBeLessThan(1.005 * Math.max(glide.hertzAt(at), glide.hertzAt(at + step)));
        },
      ),
    );
  });
});
