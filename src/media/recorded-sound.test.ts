import { describe, expect, it } from '@jest/globals';

import { recordedSound } from './recorded-sound.js';
import type { ToneSource } from './tone-source.js';

const RATES = [8_000, 44_101, 11_025, 16_000, 22_050, 44_100, 48_000] as const;
const CODEC_RATES = [8_000, 16_000, 44_100, 48_000] as const;

function sine(hertz: number, rate: number, seconds = 1): Int16Array {
  return Int16Array.from(
    { length: rate * seconds },
    (_, index) => 10_000 * Math.sin((2 * Math.PI * hertz * index) / rate),
  );
}

function play(source: ToneSource, rate: number): number[] {
  const samples: number[] = [];
  for (let frame = source(rate); frame && samples.length < 10 * rate; frame = source(rate)) {
    samples.push(...frame);
  }
  return samples;
}

/** The amplitude of a frequency in the middle of some samples, away from where they begin and end. */
function amplitude(samples: readonly number[], hertz: number, rate: number): number {
  const middle = samples.slice(rate * 0.1, rate * 0.9);
  let cosine = 0;
  let sine = 0;
  middle.forEach((sample, index) => {
    cosine += sample * Math.cos((2 * Math.PI * hertz * index) / rate);
    sine += sample * Math.sin((2 * Math.PI * hertz * index) / rate);
  });
  return (2 * Math.hypot(cosine, sine)) / middle.length;
}

function level(samples: readonly number[]): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

describe('a recording', () => {
  it.each(RATES.flatMap((from) => CODEC_RATES.map((to) => [from, to] as const)))(
    'of %i samples a second sounds the same at %i',
    (from, to) => {
      const heard = play(recordedSound({ samples: sine(440, from), rate: from }), to);
      expect(heard).toHaveLength(to);
      const tone = amplitude(heard, 440, to);
      expect(tone).toBeGreaterThan(9_900);
      expect(tone).toBeLessThan(10_100);
      const rest = level(heard.slice(to * 0.1, to * 0.9)) - tone / Math.SQRT2;
      expect(Math.abs(rest)).toBeLessThan(10);
    },
  );

  it.each([
    [48_000, 8_000, 5_000],
    [48_000, 16_000, 9_000],
    [44_100, 8_000, 4_700],
  ])('of %i samples folds nothing back at %i: %i Hz vanish', (from, to, hertz) => {
    const heard = play(recordedSound({ samples: sine(hertz, from), rate: from }), to);
    expect(level(heard.slice(to * 0.1, to * 0.9))).toBeLessThan(15);
  });

  it('keeps speech up to 3300 Hz where the codec has 8000 samples', () => {
    const heard = play(recordedSound({ samples: sine(3_300, 48_000), rate: 48_000 }), 8_000);
    expect(amplitude(heard, 3_300, 8_000)).toBeGreaterThan(9_500);
  });

  it('is repeated without a gap, and ends', () => {
    const samples = sine(400, 16_000, 0.5);
    const heard = play(recordedSound({ samples, rate: 16_000, times: 3 }), 8_000);
    expect(heard).toHaveLength(12_000);
    expect(amplitude(heard, 400, 8_000)).toBeGreaterThan(9_900);
    const steps = heard.slice(1).map((sample, index) => Math.abs(sample - (heard[index] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(3_300);
  });

  it('goes on where it was when the codec changes', () => {
    const samples = Int16Array.from({ length: 8_000 }, (_, index) => index);
    const source = recordedSound({ samples, rate: 8_000 });
    source(8_000);
    source(8_000);
    expect(source(48_000)?.[0]).toBe(320);
    expect(source(8_000)?.[0]).toBe(480);
  });

  it('of nothing is over at once, and one for ever is not', () => {
    expect(recordedSound({ samples: new Int16Array(0), rate: 8_000 })(8_000)).toBeUndefined();
    const source = recordedSound({ samples: Int16Array.of(1, 2), rate: 8_000, times: Infinity });
    for (let frame = 0; frame < 1_000; frame++) source(8_000);
    expect(source(8_000)?.subarray(0, 4)).toEqual(Int16Array.of(1, 2, 1, 2));
  });
});
