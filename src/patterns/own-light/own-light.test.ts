import { describe, expect, it } from '@jest/globals';
import { createLightFrame, SECTION_COUNT } from '../light-frame.js';
import { findLightPattern, LIGHT_PATTERNS } from '../light/index.js';
import { OWN_LIGHT_PATTERNS } from './index.js';

const settings = { speed: 1, intensity: 5, colors: [] };

/** For each section of the ring red, green, blue and white at one instant. */
function ringAt(name: string, elapsedMs: number): number[][] {
  const frame = createLightFrame().fill(77);
  findLightPattern(name)!.render(elapsedMs, settings, frame);
  return Array.from({ length: SECTION_COUNT }, (_, section) => [
    ...frame.subarray(section * 4, section * 4 + 4),
  ]);
}

const lit = (ring: number[][]) =>
  ring.flatMap((section, place) => (section.some((level) => level > 0) ? [place] : []));

describe('The patterns of the device itself', () => {
  it.each(OWN_LIGHT_PATTERNS.map(({ name }) => name))('%s is found and is in no profile', (name) => {
    expect(findLightPattern(name)?.name).toBe(name);
    expect(LIGHT_PATTERNS.map((pattern) => pattern.name)).not.toContain(name);
  });

  it('show maintenance as a white triangle that pulsates and never goes out', () => {
    const levels = [0, 750, 1_500, 2_250, 3_000].map((at) => {
      const ring = ringAt('Maintenance', at);
      expect(lit(ring)).toEqual([0, 4, 8]);
      expect(ring[0]!.slice(0, 3)).toEqual([0, 0, 0]);
      return ring[0]![3]!;
    });
    expect(levels).toEqual([51, 153, 255, 153, 51]);
  });

  it('show for the health check one section after the other', () => {
    expect(Array.from({ length: 13 }, (_, step) => lit(ringAt('Health check', step * 500)))).toEqual([
      ...Array.from({ length: 12 }, (_, section) => [section]),
      [0],
    ]);
  });

  it('show for identifying a blue and a white half that turn', () => {
    expect(ringAt('Identify', 0)[0]).toEqual([0, 0, 255, 0]);
    expect(ringAt('Identify', 0)[6]).toEqual([0, 0, 0, 255]);
    expect(ringAt('Identify', 1_200)[0]).toEqual([0, 0, 0, 255]);
    expect(ringAt('Identify', 2_400)).toEqual(ringAt('Identify', 0));
  });
});
