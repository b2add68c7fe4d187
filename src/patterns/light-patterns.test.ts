import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countFlashes } from './count-flashes.js';
import type { LightColor } from './light-color.js';
import { createLightFrame, FRAME_BYTES } from './light-frame.js';
import type { LightPattern, LightSettings } from './light-pattern.js';
import { findLightPattern, LIGHT_PATTERNS } from './light/index.js';
import { OWN_LIGHT_PATTERNS } from './own-light/index.js';

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

/** The device manual, "Light pattern names". */
const MANUAL = `Off|Steady|Steady white + flash color|Alternate|Pulse|Escalate 3 steps|Blink 3x|Blink 4x|Blink 3x fade|
Blink 4x fade|Flash 1x|Flash 3x|Flash 1x white + steady color|Flash 3x white + steady color|
Direction A + steady color|Direction B + steady color|Direction C + steady color|Direction D + steady color|
Rotate white + steady color|Rotate tail white + steady color|Random white + steady color|Spin white + steady color|
Steady white + steady color`;

describe('light patterns', () => {
  it('are those of the manual, in its order and its spelling', () => {
    expect(LIGHT_PATTERNS.map(({ name }) => name)).toEqual(MANUAL.replaceAll('\n', '').split('|'));
  });

  it('look different from each other, however fast they are', () => {
    const looks = LIGHT_PATTERNS.flatMap((pattern) =>
      pattern.speeds.map((speed) => {
        const both: readonly LightColor[] = ['red', 'blue'];
        const settings = { speed, intensity: 5, colors: both.slice(0, pattern.colors.max) };
        return Array.from({ length: 150 }, (_, index) => frameAt(pattern, index * 40, settings).join()).join(
          ';',
        );
      }),
    );
    expect(new Set(looks).size).toBe(looks.length);
  });

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

  it.each([...LIGHT_PATTERNS, ...OWN_LIGHT_PATTERNS].map((pattern) => [pattern.name, pattern] as const))(
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

  it('Blink 4x is four blinks and a pause', () => {
    expect(strip('Blink 4x', red, 140, 26)).toBe('rr..rr..rr..rr............');
  });

  it('Flash 3x is three short flashes close together and a pause', () => {
    expect(strip('Flash 3x', { ...red, speed: 3 }, 60, 24)).toBe('rr..rr..rr............rr');
  });

  it('Escalate 3 steps becomes brighter twice and begins again', () => {
    const escalate = findLightPattern('Escalate 3 steps')!;
    const levels = [0, 400, 800, 1_200].map((elapsed) => frameAt(escalate, elapsed, { ...red, speed: 3 })[0]);
    expect(levels).toEqual([85, 170, 255, 85]);
  });

  it('Blink 3x fade lights up at once and fades out before the next blink', () => {
    const fade = findLightPattern('Blink 3x fade')!;
    const levels = [0, 75, 150, 225, 299, 320, 340].map(
      (elapsed) => frameAt(fade, elapsed, { ...red, speed: 3 })[0],
    );
    expect(levels).toEqual([255, 218, 128, 37, 0, 0, 255]);
  });

  /** Each section as the first letter of its brightest channel. */
  const sections = (name: string, settings: LightSettings, elapsedMs = 0) => {
    const frame = frameAt(findLightPattern(name)!, elapsedMs, settings);
    return Array.from({ length: 12 }, (_, section) => {
      const channels = frame.slice(section * 4, section * 4 + 4);
      const highest = Math.max(...channels);
      return highest === 0 ? '.' : 'rgbw'.charAt(channels.indexOf(highest));
    }).join('');
  };

  it.each([
    ['Direction A + steady color', 'wwwrrrrrrrrr'],
    ['Direction B + steady color', 'rrrwwwrrrrrr'],
    ['Direction C + steady color', 'rrrrrrwwwrrr'],
    ['Direction D + steady color', 'rrrrrrrrrwww'],
    ['Steady white + steady color', 'rwrrwrrwrrwr'],
    ['Spin white + steady color', 'wwrrrrwwrrrr'],
    ['Flash 1x white + steady color', 'wwwwwwwwwwww'],
  ])('%s stands as %s', (name, expected) => {
    expect(sections(name, red)).toBe(expected);
  });

  it('Direction A is dark towards the others without a colour, and Steady white all white', () => {
    expect(sections('Direction A + steady color', { ...red, colors: [] })).toBe('www.........');
    expect(sections('Steady white + steady color', { ...red, colors: [] })).toBe('w'.repeat(12));
  });

  it('Rotate tail draws a tail that fades against the way it goes', () => {
    const tail = frameAt(findLightPattern('Rotate tail white + steady color')!, 500, { ...red, speed: 4 });
    const white = tail.filter((_, index) => index % 4 === 3);
    expect(white).toEqual([64, 96, 128, 159, 191, 223, 255, 0, 0, 0, 0, 32]);
  });

  it('Random lights one section of each direction, other ones each time', () => {
    const shown = Array.from({ length: 25 }, (_, slot) =>
      sections('Random white + steady color', { ...red, speed: 2 }, slot * 400),
    );
    for (const [slot, ring] of shown.entries()) {
      for (let direction = 0; direction < 4; direction++) {
        const before = shown[slot - 1]?.slice(direction * 3, direction * 3 + 3);
        const side = ring.slice(direction * 3, direction * 3 + 3);
        expect(side).toMatch(/^(wrr|rwr|rrw)$/);
        expect(side).not.toBe(before);
      }
    }
    expect(new Set(shown).size).toBeGreaterThan(15);
    expect(shown[24]).toBe(shown[0]);
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
