import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countFlashes } from './count-flashes.js';
import { createLightFrame, FRAME_BYTES } from './light-frame.js';
import type { LightPattern, LightSettings } from './light-pattern.js';
import { findLightPattern, LIGHT_PATTERNS } from './light/index.js';

/** Every speed with the fewest, the default and the most colours. */
function settingsOf({ speeds, colors }: LightPattern): LightSettings[] {
  const choices = [colors.allowed.slice(0, colors.min), colors.default, colors.allowed.slice(0, colors.max)];
  return speeds.flatMap((speed) => choices.map((each) => ({ speed, intensity: 5, colors: each })));
}

/** Every choice of up to one colour, every pair, and the most colours. */
function colorings({ colors: { allowed, min, max } }: LightPattern): LightSettings['colors'][] {
  const pairs = allowed.flatMap((one) => allowed.map((other) => [one, other]));
  return [[], ...allowed.map((one) => [one]), ...pairs, allowed.slice(0, max)].filter(
    ({ length }) => length >= min && length <= max,
  );
}

const ALL_CASES = LIGHT_PATTERNS.flatMap((pattern) =>
  settingsOf(pattern).map((settings): [string, LightPattern, LightSettings] => [
    `${pattern.name}, speed ${settings.speed}, ${settings.colors.join(' ') || 'no colour'}`,
    pattern,
    settings,
  ]),
);

/** Each title once: the fewest colours may be the default ones. */
const CASES = [...new Map(ALL_CASES.map((each) => [each[0], each])).values()];

function frameAt(pattern: LightPattern, elapsedMs: number, settings: LightSettings): number[] {
  const frame = createLightFrame();
  pattern.render(elapsedMs, settings, frame);
  return [...frame];
}

/** Brightness of the whole ring from 0 to 1, as the mean of each section's brightest channel. */
function luminance(frame: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < FRAME_BYTES; at += 4) sum += Math.max(...frame.slice(at, at + 4));
  return sum / (255 * 12);
}

describe('light patterns', () => {
  it('are found by any spelling of case, colons and spaces, and by no other name', () => {
    expect(findLightPattern('  BLINK3X ')?.name).toBe('Blink 3x');
    expect(findLightPattern('steady white+flash color')?.name).toBe('Steady white + flash color');
    expect(findLightPattern('steady white')).toBeUndefined();
  });

  it.each(LIGHT_PATTERNS.map((pattern) => [pattern.name, pattern] as const))(
    '%s has defaults that its own capabilities allow',
    (_name, { speeds, defaultSpeed, colors }) => {
      expect(speeds).toContain(defaultSpeed);
      expect(colors.default.length).toBeGreaterThanOrEqual(colors.min);
      expect(colors.default.length).toBeLessThanOrEqual(colors.max);
      expect(colors.allowed).toEqual(expect.arrayContaining([...colors.default]));
    },
  );

  it.each(CASES)(
    '%s: the same frame at the same time of each period, whatever the buffer held',
    (_name, pattern, settings) => {
      const period = pattern.period(settings);
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: period - 1 }),
          fc.integer({ min: 1, max: 1_000 }),
          (phase, turns) => {
            const dirty = createLightFrame().fill(170);
            pattern.render(phase + turns * period, settings, dirty);
            expect([...dirty]).toEqual(frameAt(pattern, phase, settings));
          },
        ),
        { numRuns: 25 },
      );
    },
  );

  it.each(CASES)('%s: moves exactly if it says so', (_name, pattern, settings) => {
    const first = frameAt(pattern, 0, settings).join();
    let isMoving = false;
    for (let elapsed = 0; elapsed < pattern.period(settings) && !isMoving; elapsed += 20) {
      isMoving = frameAt(pattern, elapsed, settings).join() !== first;
    }
    expect(isMoving).toBe(pattern.moves);
  });

  it.each(CASES.filter(([, { name }]) => name !== 'Off'))(
    '%s: is alight from the first moment',
    (_name, pattern, settings) => {
      expect(luminance(frameAt(pattern, 0, settings))).toBeGreaterThan(0.2);
    },
  );

  it.each(LIGHT_PATTERNS.map((pattern) => [pattern.name, pattern] as const))(
    '%s flashes as often in a second as it says, measured by its frames',
    (_name, pattern) => {
      const measured = pattern.speeds.map((speed) =>
        Math.max(
          ...colorings(pattern).map((colors) => {
            const settings = { speed, intensity: 5, colors };
            return countFlashes((elapsed, frame) => pattern.render(elapsed, settings, frame), {
              lasts: pattern.period(settings) + 2_000,
            });
          }),
        ),
      );
      expect(pattern.flashesPerSecond).toEqual(measured);
    },
  );

  it('gives brighter frames for each step of intensity', () => {
    const steady = findLightPattern('Steady')!;
    const levels = [1, 2, 3, 4, 5].map((intensity) =>
      luminance(frameAt(steady, 0, { speed: 1, intensity, colors: ['white'] })),
    );
    expect(levels.map((level) => Math.round(level * 10))).toEqual([2, 4, 6, 8, 10]);
  });
});

describe('single light patterns', () => {
  const red: LightSettings = { speed: 1, intensity: 5, colors: ['red'] };
  const strip = (name: string, settings: LightSettings, stepMs: number, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const [r = 0, g = 0, b = 0, w = 0] = frameAt(findLightPattern(name)!, index * stepMs, settings);
      return w > 0 ? 'w' : r > 0 ? 'r' : b > 0 ? 'b' : g > 0 ? 'g' : '.';
    }).join('');

  it('Blink 3x is three blinks and a pause', () => {
    expect(strip('Blink 3x', red, 140, 21)).toBe('rr..rr..rr...........');
  });

  it('Flash 1x is one short flash in each period', () => {
    expect(strip('Flash 1x', { ...red, speed: 2 }, 100, 20)).toBe('rr........rr........');
  });

  it('Alternate shows its colours in their order', () => {
    expect(strip('Alternate', { speed: 2, intensity: 5, colors: ['red', 'green', 'blue'] }, 200, 8)).toBe(
      'rrggbbrr',
    );
  });

  it('Steady white + flash color replaces white by the colour for each flash', () => {
    expect(strip('Steady white + flash color', { ...red, speed: 3 }, 100, 10)).toBe('rrrwwwwwrr');
  });

  it('Rotate white + steady color leads a beam of three sections from A to B over the colour', () => {
    const rotate = findLightPattern('Rotate white + steady color')!;
    const settings: LightSettings = { speed: 4, intensity: 5, colors: ['blue'] };
    const white = (elapsedMs: number) =>
      frameAt(rotate, elapsedMs, settings).filter((_, index) => index % 4 === 3);
    expect(white(0)).toEqual([255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(white(250)).toEqual([0, 0, 0, 255, 255, 255, 0, 0, 0, 0, 0, 0]);
    expect(white(750)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255]);
    const seam = white(875);
    expect([seam[0], seam[1], seam[9], seam[10], seam[11]]).toEqual([255, 128, 0, 128, 255]);
    const [blue, share] = [frameAt(rotate, 40, settings)[2] ?? 0, frameAt(rotate, 40, settings)[3] ?? 0];
    expect(blue + share).toBeCloseTo(255, -1);
  });
});
