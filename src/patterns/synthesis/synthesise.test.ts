import { describe, expect, it } from '@jest/globals';
import { spectraOfLoop } from '../../../test/support/spectrum.js';
import type { SoundEvent } from './sound-description.js';
import { synthesise } from './synthesise.js';
import { buzz, PURE, reed } from './timbres.js';

const SAMPLE_RATE = 16_000;

function samplesOf(events: readonly SoundEvent[]): Float64Array {
  const sound = synthesise({ name: 'A sound', length: 1, gain: 0.5, events });
  return Float64Array.from({ length: SAMPLE_RATE }, (_, index) => sound.sample(index / SAMPLE_RATE));
}

/** The strongest frequency around a moment, in hertz. */
function pitchAt(samples: Float64Array, seconds: number): number {
  const start = Math.round(seconds * SAMPLE_RATE) - 512;
  const [spectrum] = spectraOfLoop(samples.subarray(start, start + 1_024), {
    sampleRate: SAMPLE_RATE,
    size: 1_024,
    hop: 1_024,
  });
  const { powers, spacing } = spectrum!;
  return powers.indexOf(Math.max(...powers)) * spacing;
}

const peakOf = (samples: Float64Array) =>
  samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);

describe('synthesise', () => {
  it('multiplies by the gain and by the levels of the events', () => {
    const [soft, loud] = [0.2, 1].map((level) =>
      peakOf(samplesOf([{ at: 0, lasts: 1, pitch: 1_000, timbre: PURE, level }])),
    );
    expect([soft, loud]).toEqual([expect.closeTo(0.1), expect.closeTo(0.5)]);
  });

  it('sounds events together, and is silent between and after them', () => {
    const samples = samplesOf([
      { at: 0, lasts: 0.3, pitch: 500, timbre: PURE },
      { at: 0.2, lasts: 0.3, pitch: 1_500, timbre: PURE },
      { at: 0.7, lasts: 0.1, pitch: 800, timbre: PURE },
    ]);
    expect([0.1, 0.4].map((at) => Math.round(pitchAt(samples, at) / 100))).toEqual([5, 15]);
    expect([0.6, 0.9].map((at) => samples[at * SAMPLE_RATE])).toEqual([0, 0]);
  });

  it('swings around its pitch by as many semitones as the vibrato has', () => {
    const vibrato = { rate: 2, depth: 1 };
    const samples = samplesOf([{ at: 0, lasts: 1, pitch: 1_000, timbre: PURE, vibrato }]);
    expect(pitchAt(samples, 0.125)).toBeGreaterThan(1_030);
    expect(pitchAt(samples, 0.375)).toBeLessThan(970);
  });

  it('comes and goes with a tremolo', () => {
    const tremolo = { rate: 2, depth: 1 };
    const samples = samplesOf([{ at: 0, lasts: 1, pitch: 1_000, timbre: PURE, tremolo }]);
    expect(peakOf(samples.subarray(3_960, 4_040))).toBeLessThan(0.01);
    expect(peakOf(samples.subarray(7_900, 8_100))).toBeGreaterThan(0.3);
  });

  it('lets pass what its filter says, which may move', () => {
    const timbre = buzz(12);
    const filter = { pass: 'band', hertz: [600, 2_400] } as const;
    const samples = samplesOf([{ at: 0, lasts: 1, pitch: 300, timbre, filter }]);
    expect(pitchAt(samples, 0.05)).toBeCloseTo(600, -2);
    expect(pitchAt(samples, 0.95)).toBeCloseTo(2_100, -2);
  });

  it('rushes within the band of a noise, and the same each time', () => {
    const rush: SoundEvent = { at: 0, lasts: 1, noise: [1_000, 2_000] };
    const samples = samplesOf([rush]);
    expect(samplesOf([rush])).toEqual(samples);
    const total = [0, 0];
    for (const { powers, spacing } of spectraOfLoop(samples, {
      sampleRate: SAMPLE_RATE,
      size: 512,
      hop: 512,
    })) {
      powers.forEach((power, line) => {
        const isWithin = line * spacing > 850 && line * spacing < 2_150;
        total[isWithin ? 0 : 1]! += power;
      });
    }
    expect(total[1]! / total[0]!).toBeLessThan(1e-4);
  });

  it('leaves out what no telephone carries, also where a glide gets there', () => {
    const samples = samplesOf([{ at: 0, lasts: 1, pitch: [500, 2_000], timbre: reed(12) }]);
    for (const { powers, spacing } of spectraOfLoop(samples, {
      sampleRate: SAMPLE_RATE,
      size: 512,
      hop: 256,
    })) {
      const above = powers.reduce((sum, power, line) => (line * spacing > 3_800 ? sum + power : sum), 0);
      expect(10 * Math.log10(above)).toBeLessThan(-55);
    }
  });
});
