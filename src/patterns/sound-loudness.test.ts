import { describe, expect, it } from '@jest/globals';
import { aWeighting, loudestReading } from '../../test/support/sound-level-meter.js';
import { SOUND_PATTERNS } from './sound/index.js';

const SAMPLE_RATE = 8_000;
/** The highest reading of a sound level meter for each sound, in decibels of full scale. */
const LOUDNESS = -12;

const sine = (hertz: number, amplitude: number) =>
  Float64Array.from(
    { length: SAMPLE_RATE },
    (_, index) => amplitude * Math.sin((2 * Math.PI * hertz * index) / SAMPLE_RATE),
  );

describe('a sound level meter', () => {
  it.each([
    [100, -19.1],
    [500, -3.2],
    [1_000, 0],
    [2_500, 1.3],
    [4_000, 1],
  ])('weighs %i Hz by %d dB, as the table of IEC 61672-1 says', (hertz, decibels) => {
    expect(20 * Math.log10(aWeighting(hertz))).toBeCloseTo(decibels, 0.9);
  });

  it('reads the effective value of a tone', () => {
    expect(loudestReading(sine(1_000, 1), SAMPLE_RATE)).toBeCloseTo(-3, 1);
    expect(loudestReading(sine(1_000, 0.1), SAMPLE_RATE)).toBeCloseTo(-23, 1);
    expect(loudestReading(sine(500, 0.1), SAMPLE_RATE)).toBeCloseTo(-26.3, 1);
  });

  it('reads a short tone as softer: half of it in 87 ms', () => {
    const short = sine(1_000, 1).map((sample, index) => (index < 0.0866 * SAMPLE_RATE ? sample : 0));
    expect(loudestReading(short, SAMPLE_RATE)).toBeCloseTo(-6, 0);
  });
});

describe('the sounds of the siren', () => {
  it.each(SOUND_PATTERNS.map((pattern) => [pattern.name, pattern] as const))(
    '%s is as loud as all others (else multiply its gain by what was received)',
    (_name, pattern) => {
      const loop = Float64Array.from({ length: pattern.period * 8 }, (_, index) =>
        pattern.sample(index / SAMPLE_RATE),
      );
      const factor = 10 ** ((LOUDNESS - loudestReading(loop, SAMPLE_RATE)) / 20);
      // Within 0.2 dB.
      expect(Math.abs(factor - 1) < 0.023 ? 1 : factor).toBe(1);
    },
  );
});
