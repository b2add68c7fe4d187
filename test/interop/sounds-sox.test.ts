import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderWav } from '../../src/patterns/render-wav.js';
import { findSoundPattern, SOUND_PATTERNS } from '../../src/patterns/sound/index.js';
import { soxFormat, soxLevels, soxPitch, soxPulses } from '../support/sox.js';

const RATES = [8_000, 16_000, 48_000] as const;
/** Seconds by which sox finds a pulse longer, at most: it looks in windows of its own. */
const SLACK = 0.025;

/** What a person would say of a sound: how long its pulses are, and what stands out when. */
interface Heard {
  readonly name: string;
  /** Seconds of each stretch of sound in one loop. */
  readonly pulses: readonly number[];
  /** Strongest frequency in hertz in the 85 ms after some moments (seconds). */
  readonly pitches: readonly (readonly [at: number, hertz: number])[];
}

const times = (count: number, length: number): number[] => Array.from({ length: count }, () => length);
const heard = (name: string, pulses: readonly number[], pitches: Heard['pitches']): Heard => ({
  name,
  pulses,
  pitches,
});

const TABLE: readonly Heard[] = [
  heard('Alarm: Alarm high pitch', [0.15], [[0.03, 2_850]]),
  heard('Alarm: Alarm low pitch', [0.3], [[0.1, 400]]),
  heard('Alarm: Bird', [...times(3, 0.11), 0.59, 0.3], [[1.3, 2_850]]),
  heard('Alarm: Boat horn', [3.1], [[1.5, 524]]),
  heard(
    'Alarm: Car alarm',
    [4.8],
    [
      [1.25, 1_000],
      [1.45, 700],
      [2.65, 1_160],
    ],
  ),
  heard('Alarm: Car alarm fast', [0.99], []),
  heard('Alarm: Classic clock', [2.15, ...times(5, 0.04)], []),
  heard(
    'Alarm: First attender',
    [4.7],
    [
      [1.46, 1_350],
      [3.2, 540],
    ],
  ),
  heard('Alarm: Horror', [4.7], [[4.5, 1_700]]),
  heard('Alarm: Industrial', [0.9], []),
  heard('Alarm: Single beep', [0.25], [[0.1, 1_000]]),
  heard('Alarm: Soft quad beep', times(4, 0.13), [[0.03, 880]]),
  heard('Alarm: Soft triple beep', times(3, 0.22), [[0.05, 587]]),
  heard('Alarm: Triple high pitch', times(3, 0.13), [[0.02, 3_100]]),
  heard(
    'Notification: Accepted',
    [0.62],
    [
      [0.02, 587],
      [0.15, 784],
    ],
  ),
  heard('Notification: Calling', times(2, 0.4), []),
  heard('Notification: Denied', [0.16, 0.5], []),
  heard(
    'Notification: Done',
    [1.29],
    [
      [0.02, 440],
      [0.16, 554],
      [0.3, 659],
      [0.5, 880],
    ],
  ),
  heard(
    'Notification: Entry',
    [2],
    [
      [0.2, 659],
      [0.8, 523],
    ],
  ),
  heard('Notification: Failed', [...times(3, 0.28), 1.02], []),
  heard('Notification: Hurry', [...times(3, 0.16), 1.15], [[0, 523]]),
  heard('Notification: Message', [...times(3, 0.06), ...times(2, 0.18), ...times(3, 0.06)], [[0.55, 1_397]]),
  heard('Notification: Next', [1.41], [[0.7, 1_047]]),
  heard('Notification: Open', [1.82], [[0.1, 523]]),
  heard(
    'Siren: Alternate',
    [1],
    [
      [0.2, 970],
      [0.7, 800],
    ],
  ),
  heard(
    'Siren: Bouncy',
    [2.17],
    [
      [0.21, 1_340],
      [0.66, 1_060],
    ],
  ),
  heard(
    'Siren: Evac',
    times(3, 0.5),
    [0.2, 1.2, 2.2].map((at) => [at, 520] as const),
  ),
  heard(
    'Siren: Falling pitch',
    [1],
    [
      [0.01, 1_150],
      [0.9, 530],
    ],
  ),
  heard(
    'Siren: Home soft',
    [2.62],
    [
      [0.5, 490],
      [1.36, 655],
    ],
  ),
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-sounds-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function write(name: string, sampleRate: (typeof RATES)[number]): Promise<string> {
  const file = join(folder, `${name.replace(/\W+/g, '-')}-${sampleRate}.wav`);
  writeFileSync(file, await renderWav(findSoundPattern(name)!, { sampleRate, intensity: 5 }));
  return file;
}

describe('sox, given every sound of the siren as a WAV file,', () => {
  it('knows what to expect of each', () => {
    expect(TABLE.map(({ name }) => name)).toEqual(SOUND_PATTERNS.map(({ name }) => name));
  });

  it.each(TABLE)('reads and measures $name', async ({ name, pulses, pitches }) => {
    const { period } = findSoundPattern(name)!;
    const files = await Promise.all(RATES.map((rate) => write(name, rate)));
    for (const [index, rate] of RATES.entries()) {
      expect(soxFormat(files[index]!)).toEqual({ rate, channels: 1, bits: 16, seconds: period / 1_000 });
    }
    const levels = files.map(soxLevels);
    for (const { peak, rms, flatness, offset } of levels) {
      expect(peak).toBeLessThan(-0.2);
      expect(flatness).toBe(0);
      expect(Math.abs(offset)).toBeLessThan(0.001);
      // The same sound at every rate has the same power.
      expect(Math.abs(rms - levels[0]!.rms)).toBeLessThan(0.1);
    }
    const best = files.at(-1)!;
    const found = soxPulses(best);
    expect(found).toHaveLength(pulses.length);
    for (const [index, pulse] of pulses.entries())
      expect(Math.abs(found[index]! - pulse)).toBeLessThan(SLACK);
    for (const [at, hertz] of pitches) expect(Math.abs(soxPitch(best, at) / hertz - 1)).toBeLessThan(0.03);
  });

  it('hears each in the loudest 50 ms neither faint nor far above the others', async () => {
    const files = await Promise.all(SOUND_PATTERNS.map(({ name }) => write(name, 8_000)));
    const loudest = files.map((file) => soxLevels(file).loudest);
    // Not weighted by the ear: deep sounds are stronger, high and short ones weaker.
    expect(Math.min(...loudest)).toBeGreaterThan(-13.5);
    expect(Math.max(...loudest)).toBeLessThan(-7);
  });
});
