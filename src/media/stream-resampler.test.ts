import { describe, expect, it } from '@jest/globals';
import { toneLevel } from '../../test/support/tone-level.js';
import { StreamResampler } from './stream-resampler.js';

const AMPLITUDE = 10_000;

const tone = (hertz: number, rate: number, seconds: number) =>
  Int16Array.from({ length: rate * seconds }, (_, index) =>
    Math.round(AMPLITUDE * Math.sin((2 * Math.PI * hertz * index) / rate)),
  );

/** In pieces of 20 ms, as calls bring them. */
function converted(samples: Int16Array, from: number, to: number): Int16Array {
  const resampler = new StreamResampler(from, to);
  const piece = from / 50;
  const out: number[] = [];
  for (let start = 0; start < samples.length; start += piece) {
    out.push(...resampler.process(samples.subarray(start, start + piece)));
  }
  return Int16Array.from(out);
}

const level = (samples: Int16Array, rate: number, hertz: number) =>
  toneLevel(
    Float64Array.from(samples.subarray(rate * 0.1), (one) => one / AMPLITUDE),
    rate,
    hertz,
  );

describe('A stream that changes its rate', () => {
  it.each([
    [8_000, 16_000],
    [8_000, 48_000],
    [16_000, 8_000],
    [16_000, 48_000],
    [48_000, 8_000],
    [48_000, 16_000],
    [44_100, 8_000],
  ])('from %i to %i has as many samples as it should, and every tone as it was', (from, to) => {
    for (const hertz of [400, 1_000, 2_900]) {
      const out = converted(tone(hertz, from, 1), from, to);
      expect(out.length).toBe(to);
      expect(level(out, to, hertz)).toBeGreaterThan(0.97);
      expect(level(out, to, hertz)).toBeLessThan(1.03);
    }
  });

  it('has no seam between its pieces', () => {
    const out = converted(tone(440, 8_000, 1), 8_000, 48_000).subarray(4_800);
    const steepest = (2 * Math.PI * 440 * AMPLITUDE) / 48_000;
    const steps = Array.from(out.subarray(1), (sample, index) => Math.abs(sample - out[index]!));
    expect(Math.max(...steps)).toBeLessThan(steepest * 1.1);
  });

  it('lets nothing fold back', () => {
    const out = converted(tone(6_000, 16_000, 1), 16_000, 8_000);
    expect(level(out, 8_000, 2_000)).toBeLessThan(0.01);
  });

  it('of one rate stays as it is', () => {
    const samples = tone(440, 8_000, 0.1);
    expect(converted(samples, 8_000, 8_000)).toEqual(samples);
  });
});
