import { describe, expect, it } from '@jest/globals';
import { milliseconds } from '../base/duration.js';
import { renderSound } from './render-sound.js';
import { renderWav } from './render-wav.js';
import { soundLoop } from './sound-loop.js';
import type { SoundPattern } from './sound-pattern.js';
import { findSoundPattern } from './sound/index.js';

const evac = findSoundPattern('Siren: Evac')!;
const RATES = [8_000, 16_000, 48_000] as const;

/** A sound that counts how often it is asked. */
function counting(name: string, period: number): SoundPattern & { asked: number } {
  return {
    name,
    period: milliseconds(period),
    asked: 0,
    sample() {
      this.asked += 1;
      return 0.5;
    },
  };
}

describe('soundLoop', () => {
  it('computes a sound once for all who ask, also at the same time and at other intensities', async () => {
    const sound = counting('Once', 10);
    await Promise.all([1, 5, 3].map((intensity) => renderSound(sound, { sampleRate: 8_000, intensity })));
    await renderSound(sound, { sampleRate: 8_000, intensity: 2 });
    expect(sound.asked).toBe(80);
    await soundLoop(sound, 16_000);
    expect(sound.asked).toBe(80 + 160);
  });

  it('lets others have their turn while it computes', async () => {
    const sound = counting('Long', 1_000);
    const loop = soundLoop(sound, 48_000);
    let turns = 0;
    while (sound.asked < 48_000) {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await loop).toHaveLength(48_000);
    expect(turns).toBeGreaterThan(20);
  });

  it('keeps ten megabytes of what was asked for last', async () => {
    const long = Array.from({ length: 11 }, (_, index) => counting(`Long ${index}`, 5_000));
    const first = await soundLoop(long[0]!, 48_000);
    const second = await soundLoop(long[1]!, 48_000);
    for (const sound of long.slice(2, 10)) await soundLoop(sound, 48_000);
    expect(await soundLoop(long[0]!, 48_000)).toBe(first);
    await soundLoop(long[10]!, 48_000);
    expect(await soundLoop(long[0]!, 48_000)).toBe(first);
    expect(await soundLoop(long[1]!, 48_000)).not.toBe(second);
  });
});

describe('renderSound', () => {
  it('is 6 dB softer for each step of intensity', async () => {
    const levels = await Promise.all(
      [5, 4, 3, 2, 1].map(async (intensity) => {
        const samples = await renderSound(evac, { sampleRate: 8_000, intensity });
        return 10 * Math.log10(samples.reduce((sum, each) => sum + each ** 2, 0));
      }),
    );
    expect(levels.map((level) => Math.round(levels[0]! - level))).toEqual([0, 6, 12, 18, 24]);
  });
});

describe('renderWav', () => {
  it.each(RATES)('holds exactly one period at %i Hz, 16-bit mono', async (sampleRate) => {
    const file = await renderWav(evac, { sampleRate, intensity: 5 });
    expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    expect([file.readUInt16LE(20), file.readUInt16LE(22), file.readUInt16LE(34)]).toEqual([1, 1, 16]);
    expect([file.readUInt32LE(24), file.readUInt32LE(28)]).toEqual([sampleRate, 2 * sampleRate]);
    expect(file.readUInt32LE(40)).toBe(4 * sampleRate * 2);
    expect(file.length).toBe(44 + 4 * sampleRate * 2);
  });

  it('holds the samples of the sound', async () => {
    const options = { sampleRate: 16_000, intensity: 3 } as const;
    const file = await renderWav(evac, options);
    const samples = await renderSound(evac, options);
    expect([100, 5_000, 20_001].map((index) => file.readInt16LE(44 + 2 * index))).toEqual(
      [100, 5_000, 20_001].map((index) => samples[index]),
    );
  });
});
