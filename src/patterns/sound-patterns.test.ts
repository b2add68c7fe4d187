import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aWeighting } from './synthesis/a-weighting.js';
import { renderWav } from './render-wav.js';
import type { SoundPattern } from './sound-pattern.js';
import { findSoundPattern, SOUND_PATTERNS } from './sound/index.js';

const RATE = 8_000;
const EACH = SOUND_PATTERNS.map((pattern) => [pattern.name, pattern] as const);

function samplesOf(pattern: SoundPattern, rate = RATE): Float64Array {
  const count = Math.round((pattern.period * rate) / 1_000);
  return Float64Array.from({ length: count }, (_, index) => pattern.sample(index / rate));
}

/** The power of `length` samples at each of their frequencies, by Goertzel's method. */
function spectrum(samples: Float64Array): { hertz: number; power: number }[] {
  const bins = Math.floor(samples.length / 2);
  return Array.from({ length: bins - 1 }, (_, index) => {
    const bin = index + 1;
    const coefficient = 2 * Math.cos((2 * Math.PI * bin) / samples.length);
    let [last, beforeLast] = [0, 0];
    for (const sample of samples) [last, beforeLast] = [sample + coefficient * last - beforeLast, last];
    const energy = last ** 2 + beforeLast ** 2 - coefficient * last * beforeLast;
    return { hertz: (bin * RATE) / samples.length, power: (2 * energy) / samples.length ** 2 };
  });
}

/** The A-weighted level of the loudest 80 ms, in decibels below full scale. */
function loudestLevel(pattern: SoundPattern): number {
  const samples = samplesOf(pattern);
  const window = 0.08 * RATE;
  let loudest = 0;
  for (let start = 0; start + window <= samples.length; start += window) {
    const part = samples.subarray(start, start + window);
    if (part.every((sample) => sample === 0)) continue;
    const power = spectrum(part).reduce((sum, each) => sum + each.power * aWeighting(each.hertz) ** 2, 0);
    loudest = Math.max(loudest, power);
  }
  return 10 * Math.log10(loudest);
}

describe('sound patterns', () => {
  it('are found by any spelling of case, colons and spaces, and by no other name', () => {
    expect(findSoundPattern('alarm single  BEEP')?.name).toBe('Alarm: Single beep');
    expect(findSoundPattern('Siren')).toBeUndefined();
  });

  it.each(EACH)('%s stays in bounds and repeats after its period', (_name, pattern) => {
    const period = pattern.period / 1_000;
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        (at, turns) => {
          const sample = pattern.sample(at * period);
          expect(Math.abs(sample)).toBeLessThanOrEqual(1);
          expect(pattern.sample(at * period + turns * period)).toBeCloseTo(sample, 6);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(EACH)('%s neither clips nor clicks, nor at its seam', (_name, pattern) => {
    const rate = 48_000;
    const samples = samplesOf(pattern, rate);
    let peak = 0;
    let sharpest = 0;
    samples.forEach((sample, index) => {
      const [previous, earlier] = [samples.at(index - 1) ?? 0, samples.at(index - 2) ?? 0];
      peak = Math.max(peak, Math.abs(sample));
      // The second difference is what a click is made of; a tone of 3,700 Hz at full scale has 0.23.
      sharpest = Math.max(sharpest, Math.abs(sample - 2 * previous + earlier));
    });
    expect(peak).toBeLessThanOrEqual(0.98);
    expect(sharpest).toBeLessThan(0.1);
    expect([pattern.sample(0), pattern.sample(pattern.period / 1_000 - 1 / rate)]).toEqual([
      expect.closeTo(0, 2),
      expect.closeTo(0, 2),
    ]);
  });

  it.each(EACH)('%s is as loud as all others, to 2 dB', (_name, pattern) => {
    expect(Math.abs(loudestLevel(pattern) + 10.5)).toBeLessThan(2);
  });

  it('Siren: Evac is the temporal-three of ISO 8201: three half-second pulses, then a pause', () => {
    const evac = findSoundPattern('Siren: Evac')!;
    expect(evac.period).toBe(4_000);
    const halves = Array.from({ length: 8 }, (_, half) => {
      const tenths = Array.from({ length: 400 }, (_unused, index) =>
        Math.abs(evac.sample(half / 2 + 0.05 + index / 1_000)),
      );
      return Math.max(...tenths) > 0.1 ? 'on' : 'off';
    });
    expect(halves).toEqual(['on', 'off', 'on', 'off', 'on', 'off', 'off', 'off']);
  });

  it('Siren: Falling pitch falls from 1,200 to 500 Hz in each second', () => {
    const falling = findSoundPattern('Siren: Falling pitch')!;
    const strongest = (from: number) => {
      const part = Float64Array.from({ length: 400 }, (_, index) => falling.sample(from + index / RATE));
      return spectrum(part).reduce((best, each) => (each.power > best.power ? each : best)).hertz;
    };
    expect(falling.period).toBe(1_000);
    // Each stretch is 50 ms long, and half-way down stands the geometric mean.
    for (const [from, hertz] of [
      [0.01, 1_165],
      [0.475, 775],
      [0.94, 515],
    ] as const) {
      expect(Math.abs(strongest(from) - hertz)).toBeLessThan(40);
    }
  });
});

describe('renderWav', () => {
  const evac = findSoundPattern('Siren: Evac')!;

  it.each([8_000, 16_000, 48_000] as const)(
    'holds exactly one period at %i Hz, 16-bit mono',
    (sampleRate) => {
      const file = renderWav(evac, { sampleRate, intensity: 5 });
      expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
      expect(file.readUInt32LE(4)).toBe(file.length - 8);
      expect([file.readUInt16LE(20), file.readUInt16LE(22), file.readUInt16LE(34)]).toEqual([1, 1, 16]);
      expect([file.readUInt32LE(24), file.readUInt32LE(28)]).toEqual([sampleRate, 2 * sampleRate]);
      expect(file.readUInt32LE(40)).toBe(4 * sampleRate * 2);
      expect(file.length).toBe(44 + 4 * sampleRate * 2);
    },
  );

  it('renders a sound once for all who ask, and keeps the sixteen asked for last', () => {
    const intensities = [1, 2, 3, 4, 5];
    const all = SOUND_PATTERNS.slice(-4).flatMap((pattern) =>
      intensities.map((intensity) => renderWav(pattern, { sampleRate: 8_000, intensity })),
    );
    const again = (intensity: number) => renderWav(SOUND_PATTERNS.at(-1)!, { sampleRate: 8_000, intensity });
    expect(again(5)).toBe(all.at(-1));
    expect(renderWav(SOUND_PATTERNS.at(-4)!, { sampleRate: 8_000, intensity: 1 })).not.toBe(all[0]);
    expect(again(4)).toBe(all.at(-2));
  });

  it('is 6 dB softer for each step of intensity', () => {
    const level = (intensity: number) => {
      const file = renderWav(evac, { sampleRate: 8_000, intensity });
      let energy = 0;
      for (let at = 44; at < file.length; at += 2) energy += file.readInt16LE(at) ** 2;
      return 10 * Math.log10(energy);
    };
    const steps = [4, 3, 2, 1].map((intensity) => Math.round(level(5) - level(intensity)));
    expect(steps).toEqual([6, 12, 18, 24]);
  });
});

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
