import { describe, expect, it } from '@jest/globals';
import { distanceOf, impressionOf } from '../../test/support/sound-distance.js';
import { spectraOfLoop } from '../../test/support/spectrum.js';
import { SOUND_PATTERNS } from './sound/index.js';

const SAMPLE_RATE = 8_000;
/** Frames of 50 ms, six seconds of them. */
const HOP = 400;
const FRAMES = 120;
/** More than half of what is heard of two sounds is heard of one of them only. */
const LEAST_DISTANCE = 0.5;

const impressions = SOUND_PATTERNS.map((pattern) => {
  const length = (pattern.period * SAMPLE_RATE) / 1_000;
  const loop = Float64Array.from({ length }, (_, index) => pattern.sample(index / SAMPLE_RATE));
  const spectra = spectraOfLoop(loop, { sampleRate: SAMPLE_RATE, size: 512, hop: HOP });
  return { name: pattern.name, impression: impressionOf(spectra) };
});

describe('the sounds of the siren', () => {
  it('are all unlike each other, in pitch, colour or rhythm', () => {
    const pairs = impressions.flatMap((one, index) =>
      impressions.slice(index + 1).map((other) => ({
        pair: `${one.name} and ${other.name}`,
        distance: distanceOf(one.impression, other.impression, FRAMES),
      })),
    );
    expect(pairs).toHaveLength((29 * 28) / 2);
    expect(pairs.filter(({ distance }) => distance < LEAST_DISTANCE)).toEqual([]);
  });

  it('are each like themselves, whenever they began', () => {
    for (const { impression } of impressions) {
      const later = [...impression.slice(7), ...impression.slice(0, 7)];
      expect(distanceOf(impression, later, FRAMES)).toBeLessThan(0.001);
    }
  });
});
