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
  it('computes a sound once for all who ask, at whatever intensity', () => {
    const sound = counting('Once', 10);
    for (const intensity of [1, 5, 3]) renderSound(sound, { sampleRate: 8_000, intensity });
    expect(soundLoop(sound, 8_000)).toBe(soundLoop(sound, 8_000));
    expect(sound.asked).toBe(80);
    soundLoop(sound, 16_000);
    expect(sound.asked).toBe(80 + 160);
  });

  it('keeps ten megabytes of what was asked for last', () => {
    const long = Array.from({ length: 11 }, (_, index) => counting(`Long ${index}`, 5_000));
    const first = soundLoop(long[0]!, 48_000);
    const second = soundLoop(long[1]!, 48_000);
    for (const sound of long.slice(2, 10)) soundLoop(sound, 48_000);
    expect(soundLoop(long[0]!, 48_000)).toBe(first);
    soundLoop(long[10]!, 48_000);
    expect(soundLoop(long[0]!, 48_000)).toBe(first);
    expect(soundLoop(long[1]!, 48_000)).not.toBe(second);
  });
});

describe('renderSound', () => {
  it('is 6 dB softer for each step of intensity', () => {
    const level = (intensity: number) =>
      10 *
      Math.log10(
        renderSound(evac, { sampleRate: 8_000, intensity }).reduce((sum, each) => sum + each ** 2, 0),
      );
    expect([4, 3, 2, 1].map((intensity) => Math.round(level(5) - level(intensity)))).toEqual([6, 12, 18, 24]);
  });
});

describe('renderWav', () => {
  it.each(RATES)('holds exactly one period at %i Hz, 16-bit mono', (sampleRate) => {
    const file = renderWav(evac, { sampleRate, intensity: 5 });
    expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    expect([file.readUInt16LE(20), file.readUInt16LE(22), file.readUInt16LE(34)]).toEqual([1, 1, 16]);
    expect([file.readUInt32LE(24), file.readUInt32LE(28)]).toEqual([sampleRate, 2 * sampleRate]);
    expect(file.readUInt32LE(40)).toBe(4 * sampleRate * 2);
    expect(file.length).toBe(44 + 4 * sampleRate * 2);
  });

  it('holds the samples of the sound', () => {
    const options = { sampleRate: 16_000, intensity: 3 } as const;
    const file = renderWav(evac, options);
    const samples = renderSound(evac, options);
    expect([100, 5_000, 20_001].map((index) => file.readInt16LE(44 + 2 * index))).toEqual(
      [100, 5_000, 20_001].map((index) => samples[index]),
    );
  });
});
