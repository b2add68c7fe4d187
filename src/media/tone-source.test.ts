import { describe, expect, it } from '@jest/globals';

import { confirmationTone, continuousTone, frameSamples } from './tone-source.js';

/** How strongly a frequency is present (Goertzel), relative to the whole energy; 1 for a pure tone. */
function share(samples: readonly number[], hertz: number): number {
  let cosine = 0;
  let sine = 0;
  let energy = 0;
  samples.forEach((sample, index) => {
    const angle = (2 * Math.PI * hertz * index) / 8_000;
    cosine += sample * Math.cos(angle);
    sine += sample * Math.sin(angle);
    energy += sample * sample;
  });
  return (2 * (cosine * cosine + sine * sine)) / (energy * samples.length);
}

describe('tones', () => {
  it('confirm with two notes of 150 ms and then end', () => {
    const next = confirmationTone();
    const samples: number[] = [];
    for (let frame = next(8_000); frame; frame = next(8_000)) samples.push(...frame);
    expect(samples).toHaveLength(15 * frameSamples(8_000));
    expect(share(samples.slice(0, 1_200), 587.33)).toBeGreaterThan(0.9);
    expect(share(samples.slice(1_200), 880)).toBeGreaterThan(0.9);
    expect(next(8_000)).toBeUndefined();
  });

  it('are each caller’s own', () => {
    const one = confirmationTone();
    one(8_000);
    const first = Array.from(confirmationTone()(8_000) ?? []);
    expect(first[0]).toBe(0);
    expect(first).not.toEqual(Array.from(one(8_000) ?? []));
  });

  it('go on without a break from frame to frame', () => {
    const next = continuousTone(440);
    const samples = Array.from({ length: 100 }, () => Array.from(next(8_000) ?? [])).flat();
    expect(samples).toHaveLength(16_000);
    expect(share(samples, 440)).toBeGreaterThan(0.999);
  });
});
