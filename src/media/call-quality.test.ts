import { describe, expect, it } from '@jest/globals';

import { callQuality } from './call-quality.js';

const PERFECT = { arrived: 1_000, lost: 0, jitter: 0, roundTrip: 0 };

describe('the quality of a line', () => {
  it.each([
    ['a perfect one', PERFECT, 4.4],
    ['one that says nothing of its delay', { ...PERFECT, roundTrip: undefined }, 4.4],
    ['one that loses 1 %', { ...PERFECT, arrived: 990, lost: 10 }, 4.3],
    ['one that loses 5 %', { ...PERFECT, arrived: 950, lost: 50 }, 3.9],
    ['one that loses 20 %', { ...PERFECT, arrived: 800, lost: 200 }, 2.6],
    ['one over two satellites', { ...PERFECT, roundTrip: 1_100 }, 1.8],
    ['one that jitters by 100 ms', { ...PERFECT, jitter: 100 }, 4],
    ['one that loses nearly everything', { ...PERFECT, arrived: 1, lost: 999 }, 1.2],
  ])('of %s', (_what, facts, score) => {
    expect(Math.abs((callQuality(facts) ?? 0) - score)).toBeLessThan(0.11);
  });

  it('is unknown where nothing came', () => {
    expect(callQuality({ ...PERFECT, arrived: 0 })).toBeUndefined();
  });
});
