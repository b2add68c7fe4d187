import { describe, expect, it } from '@jest/globals';
import { aWeighting } from './a-weighting.js';

describe('aWeighting', () => {
  it.each([
    [100, -19.1],
    [500, -3.2],
    [1_000, 0],
    [2_500, 1.3],
    [4_000, 1],
  ])('at %i Hz is %d dB, as the table of IEC 61672-1 says', (hertz, decibels) => {
    expect(20 * Math.log10(aWeighting(hertz))).toBeCloseTo(decibels, 0.9);
  });
});
