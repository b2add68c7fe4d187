import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { spectraOfLoop } from '../../test/support/spectrum.js';
import type { SoundPattern } from './sound-pattern.js';
import { findSoundPattern, SOUND_PATTERNS } from './sound/index.js';

/** The device manual's list, "Sound pattern names". */
const NAMES = [
  'Alarm: Alarm high pitch',
  'Alarm: Alarm low pitch',
  'Alarm: Bird',
  'Alarm: Boat horn',
  'Alarm: Car alarm',
  'Alarm: Car alarm fast',
  'Alarm: Classic clock',
  'Alarm: First attender',
  'Alarm: Horror',
  'Alarm: Industrial',
  'Alarm: Single beep',
  'Alarm: Soft quad beep',
  'Alarm: Soft triple beep',
  'Alarm: Triple high pitch',
  'Notification: Accepted',
  'Notification: Calling',
  'Notification: Denied',
  'Notification: Done',
  'Notification: Entry',
  'Notification: Failed',
  'Notification: Hurry',
  'Notification: Message',
  'Notification: Next',
  'Notification: Open',
  'Siren: Alternate',
  'Siren: Bouncy',
  'Siren: Evac',
  'Siren: Falling pitch',
  'Siren: Home soft',
];
const loops = new Map<string, Float64Array>();

/** One loop of a sound. */
function loopOf(pattern: SoundPattern, sampleRate: number): Float64Array {
  const key = `${pattern.name}/${sampleRate}`;
  const length = (pattern.period * sampleRate) / 1_000;
  const loop =
    loops.get(key) ?? Float64Array.from({ length }, (_, index) => pattern.sample(index / sampleRate));
  loops.set(key, loop);
  return loop;
}

const EACH = SOUND_PATTERNS.map((pattern) => [pattern.name, pattern] as const);

describe('the sound patterns', () => {
  it('are the twenty-nine of the device manual, in its order and spelling', () => {
    expect(SOUND_PATTERNS.map(({ name }) => name)).toEqual(NAMES);
  });

  it('are found by any spelling of case, colons and spaces, and by no other name', () => {
    expect(findSoundPattern('alarm single  BEEP')?.name).toBe('Alarm: Single beep');
    expect(findSoundPattern('Alarm Classic Clock')?.name).toBe('Alarm: Classic clock');
    expect(findSoundPattern('Siren')).toBeUndefined();
  });

  it('have a whole number of samples in a period at every rate, so that the loop keeps its rhythm', () => {
    for (const { period } of SOUND_PATTERNS) {
      expect(Number.isInteger(period)).toBe(true);
      expect(period).toBeLessThanOrEqual(5_000);
    }
  });

  it.each(EACH)(
    '%s is a function of time: bounded, the same each time, in phase after any pause',
    (_, pattern) => {
      const period = pattern.period / 1_000;
      fc.assert(
        fc.property(
          fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
          fc.integer({ min: 1, max: 2_000 }),
          (at, turns) => {
            const sample = pattern.sample(at * period);
            expect(Math.abs(sample)).toBeLessThanOrEqual(0.98);
            // What is heard later, or asked for in between, makes no difference; 2,000 turns are hours.
            expect(pattern.sample((at + turns) * period)).toBeCloseTo(sample, 5);
            expect(pattern.sample(at * period)).toBe(sample);
          },
        ),
        { numRuns: 100 },
      );
    },
  );

  it.each(EACH)('%s is silent at its seam and clips nowhere', (_name, pattern) => {
    const loop = loopOf(pattern, 16_000);
    expect([loop[0], loop.at(-1)]).toEqual([expect.closeTo(0, 3), expect.closeTo(0, 3)]);
    expect(loop.every((sample) => Math.abs(sample) <= 0.98)).toBe(true);
  });

  it.each(EACH)(
    '%s neither clicks nor has anything that 8,000 samples a second could not hold',
    (_, pattern) => {
      const sampleRate = 16_000;
      const loop = loopOf(pattern, sampleRate);
      // A click is short and reaches over all frequencies: over 4 kHz, nothing may be heard at any moment.
      const above = spectraOfLoop(loop, { sampleRate, size: 256, hop: 128 }).map(({ powers, spacing }) =>
        powers.reduce((sum, power, line) => (line * spacing >= 4_000 ? sum + power : sum), 0),
      );
      expect(10 * Math.log10(Math.max(...above))).toBeLessThan(-60);
    },
  );

  it.each(EACH)('%s is the same at 8, 16 and 48 kHz', (_name, pattern) => {
    const [low, middle] = [loopOf(pattern, 8_000), loopOf(pattern, 16_000)];
    expect(low.findIndex((sample, index) => Math.abs(sample - middle[2 * index]!) > 1e-6)).toBe(-1);
    // A sound card's samples are the same function; a few of them say so.
    const places = Array.from({ length: 50 }, (_, index) => index * Math.floor(low.length / 50));
    for (const place of places) expect(pattern.sample((6 * place) / 48_000)).toBeCloseTo(low[place]!, 6);
  });
});
