import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countFlashes } from '../patterns/count-flashes.js';
import { flashRate } from '../patterns/flash-rate.js';
import type { LightColor } from '../patterns/light-color.js';
import { createLightFrame, FRAME_BYTES, type LightFrame, paintRing } from '../patterns/light-frame.js';
import { findLightPattern, LIGHT_PATTERNS } from '../patterns/light/index.js';
import { FlashLimiter } from './flash-limiter.js';

const FRAME_MS = 40;

/** A light as it leaves a limiter, in the steps of `FRAME_MS`. */
function limited(draw: (elapsedMs: number, frame: LightFrame) => void, perSecond: number) {
  const limiter = new FlashLimiter({ perSecond });
  return (elapsedMs: number, frame: LightFrame) => {
    draw(elapsedMs, frame);
    limiter.limit(frame, elapsedMs);
  };
}

function ring(color: LightColor | undefined): LightFrame {
  const frame = createLightFrame();
  paintRing(frame, color, 1);
  return frame;
}

const CASES = LIGHT_PATTERNS.flatMap((pattern) =>
  pattern.speeds.map((speed) => [pattern.name, speed, pattern] as const),
);

describe('FlashLimiter', () => {
  it.each(CASES.filter(([name, speed]) => flashRate({ pattern: name, speed }) <= 3))(
    'leaves %s at speed %i as it is at three flashes a second',
    (_name, speed, pattern) => {
      const settings = { speed, intensity: 5, colors: pattern.colors.allowed.slice(0, pattern.colors.max) };
      const limiter = new FlashLimiter({ perSecond: 3 });
      const [frame, wanted] = [createLightFrame(), createLightFrame()];
      const changed: number[] = [];
      for (let elapsed = 0; elapsed < pattern.period(settings) + 2_000; elapsed += FRAME_MS) {
        pattern.render(elapsed, settings, wanted);
        frame.set(wanted);
        const isKept = limiter.limit(frame, elapsed) !== undefined;
        if (isKept || frame.some((value, at) => value !== wanted[at])) changed.push(elapsed);
      }
      expect(changed).toEqual([]);
    },
  );

  it.each([1, 2, 3, 4])('keeps every pattern of any speed to %i a second', (perSecond) => {
    for (const [, speed, pattern] of CASES) {
      const settings = { speed, intensity: 5, colors: pattern.colors.allowed.slice(0, pattern.colors.max) };
      const flashes = countFlashes(
        limited((elapsed, frame) => pattern.render(elapsed, settings, frame), perSecond),
        { lasts: Math.min(4_000, pattern.period(settings) + 2_000), step: FRAME_MS },
      );
      expect(flashes).toBeLessThanOrEqual(perSecond);
    }
  });

  it('keeps any sequence of frames to the limit, and keeps nothing from becoming brighter', () => {
    const colors = fc.constantFrom<LightColor | undefined>(
      'red',
      'green',
      'blue',
      'amber',
      'white',
      undefined,
    );
    const spans = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), colors, colors), {
      minLength: 10,
      maxLength: 60,
    });
    fc.assert(
      fc.property(spans, fc.integer({ min: 1, max: 5 }), (shown, perSecond) => {
        const limiter = new FlashLimiter({ perSecond });
        const wanted = shown.flatMap(([length, left, right]) => {
          const frame = ring(left);
          frame.set(ring(right).subarray(FRAME_BYTES / 2), FRAME_BYTES / 2);
          return Array.from({ length }, () => frame);
        });
        const dimmed: number[] = [];
        const draw = (elapsed: number, frame: LightFrame) => {
          frame.set(wanted[elapsed / 20] ?? createLightFrame());
          limiter.limit(frame, elapsed);
          const asked = wanted[elapsed / 20];
          if (asked && frame.some((value, at) => value < (asked[at] ?? 0))) dimmed.push(elapsed);
        };
        expect(countFlashes(draw, { lasts: wanted.length * 20 + 1_000, step: 20 })).toBeLessThanOrEqual(
          perSecond,
        );
        expect(dimmed).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('shows the end of what flashed too often within a second, and says when to look again', () => {
    const limiter = new FlashLimiter({ perSecond: 1 });
    expect(limiter.limit(ring('red'), 0)).toBeUndefined();
    expect(limiter.limit(ring(undefined), 100)).toBeUndefined();
    expect(limiter.limit(ring('red'), 200)).toBeUndefined();
    const held = ring(undefined);
    expect(limiter.limit(held, 300)).toBe(1_100);
    expect(held).toEqual(ring('red'));
    const released = ring(undefined);
    expect(limiter.limit(released, 1_100)).toBeUndefined();
    expect(released).toEqual(ring(undefined));
  });

  it('shows another colour beside the one that has to stay', () => {
    const limiter = new FlashLimiter({ perSecond: 1 });
    for (const [at, color] of [
      [0, 'red'],
      [100, undefined],
      [200, 'red'],
    ] as const)
      limiter.limit(ring(color), at);
    const frame = ring('blue');
    limiter.limit(frame, 300);
    expect([...frame.subarray(0, 4)]).toEqual([255, 0, 255, 0]);
  });

  it('lets sections that take turns flash the room no faster than one lamp', () => {
    const flash = findLightPattern('Flash 1x')!;
    const settings = { speed: 4, intensity: 5, colors: ['white' as const] };
    const jumping = (elapsed: number, frame: LightFrame) => {
      flash.render(elapsed, settings, frame);
      const side = Math.floor(elapsed / 200) % 2;
      frame.fill(0, side * 24, side * 24 + 24);
    };
    expect(countFlashes(jumping, { lasts: 4_000, step: FRAME_MS })).toBe(5);
    expect(countFlashes(limited(jumping, 3), { lasts: 4_000, step: FRAME_MS })).toBeLessThanOrEqual(3);
  });
});
