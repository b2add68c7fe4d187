import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Oscillators } from './oscillators.js';
import { buzz, reed } from './timbres.js';

const whole = { rows: 1, weightOf: () => 1 };
const CYCLE = Array.from({ length: 400 }, (_, index) => index / 400);

const rms = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

describe('Oscillators', () => {
  it('of one harmonic are a sine', () => {
    const oscillators = new Oscillators([{ ratio: 3, amplitude: 0.5 }], whole);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), (cycles) => {
        expect(oscillators.sumAt(cycles, 0)).toBeCloseTo(0.5 * Math.sin(6 * Math.PI * (cycles % 1)), 6);
      }),
    );
  });

  it('add up their powers, harmonics and others alike', () => {
    const bell = new Oscillators(
      [
        { ratio: 1, amplitude: 1 },
        { ratio: 2, amplitude: 1 },
        { ratio: 2.5, amplitude: 1 },
      ],
      whole,
    );
    // Two cycles hold a whole number of those of each oscillator.
    const values = CYCLE.map((part) => bell.sumAt(2 * part, 0));
    expect(rms(values)).toBeCloseTo(Math.sqrt(1.5), 6);
  });

  it.each([
    ['buzz', buzz(16)],
    ['reed', reed(20, 4)],
  ])('of a %s have a low peak for their power', (_name, timbre) => {
    const oscillators = new Oscillators(timbre, whole);
    const values = CYCLE.map((part) => oscillators.sumAt(part, 0));
    expect(Math.max(...values.map(Math.abs)) / rms(values)).toBeLessThan(2.2);
  });

  it('change from one row to the next in a line', () => {
    const oscillators = new Oscillators(
      [
        { ratio: 1, amplitude: 1 },
        { ratio: 1.5, amplitude: 1 },
      ],
      { rows: 3, weightOf: (_ratio, row) => row },
    );
    const full = oscillators.sumAt(0.1, 1);
    expect(oscillators.sumAt(0.1, 0)).toBe(0);
    expect(oscillators.sumAt(0.1, 0.25)).toBeCloseTo(full / 4, 12);
    expect(oscillators.sumAt(0.1, 1.5)).toBeCloseTo(1.5 * full, 12);
    expect(oscillators.sumAt(0.1, 2)).toBeCloseTo(2 * full, 12);
  });
});
