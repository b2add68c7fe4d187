import { describe, expect, it } from '@jest/globals';
import { refreshDelay, retryDelay } from './registration-backoff.js';

describe('the pause before the next attempt', () => {
  it('grows from 2 s to a minute while nobody answers, from half of that to all of it by chance', () => {
    const bounds = [0, 1, 2, 3, 4, 5, 6, 1_000].map((failures) =>
      [0, 1].map((chance) => retryDelay('unreachable', { failures, chance }) / 1_000),
    );
    expect(bounds).toEqual([
      [1, 2],
      [2, 4],
      [4, 8],
      [8, 16],
      [16, 32],
      [30, 60],
      [30, 60],
      [30, 60],
    ]);
  });

  it('grows from half a minute to half an hour while the server refuses', () => {
    const bounds = [0, 1, 5, 6, 7, 1_000].map(
      (failures) => retryDelay('refused', { failures, chance: 1 }) / 1_000,
    );
    expect(bounds).toEqual([30, 60, 960, 1_800, 1_800, 1_800]);
  });

  it('is never shorter than the server asks, up to half an hour', () => {
    const after = (retryAfter: number) => retryDelay('unreachable', { failures: 0, chance: 0, retryAfter });
    expect([after(500), after(40_000), after(1e12)]).toEqual([1_000, 40_000, 1_800_000]);
  });
});

describe('the time of a refresh', () => {
  it.each([
    [3_600, 1_800],
    [120, 60],
    [60, 30],
    [50, 20],
    [30, 10],
    [3, 1],
  ])('is for %d s after %d s, or up to a tenth earlier', (granted, latest) => {
    expect(refreshDelay(granted * 1_000, 0)).toBeCloseTo(latest * 1_000);
    expect(refreshDelay(granted * 1_000, 1)).toBeCloseTo(latest * 900);
  });
});
