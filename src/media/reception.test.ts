import { describe, expect, it } from '@jest/globals';

import { Reception } from './reception.js';

function receive(reception: Reception, sequences: readonly number[]): void {
  for (const sequence of sequences) reception.count(sequence);
}

describe('reception statistics', () => {
  it('count what is missing, and by interval (RFC 3550 A.3)', () => {
    const reception = new Reception(1, 10);
    receive(reception, [10, 11, 13, 14]);
    expect(reception.lost).toBe(1);
    expect(reception.report()).toMatchObject({ fractionLost: 51, cumulativeLost: 1, highestSequence: 14 });
    receive(reception, [15, 16]);
    expect(reception.report()).toMatchObject({ fractionLost: 0, cumulativeLost: 1, highestSequence: 16 });
  });

  it('go on past the end of the sequence numbers', () => {
    const reception = new Reception(1, 65_534);
    receive(reception, [65_534, 65_535, 0, 1, 2]);
    expect(reception.lost).toBe(0);
    expect(reception.report().highestSequence).toBe(65_536 + 2);
  });

  it('take packets in another order, and duplicates as negative loss', () => {
    const reception = new Reception(1, 1);
    receive(reception, [1, 3, 2, 4, 4, 4]);
    expect(reception.lost).toBe(-2);
    expect(reception.report()).toMatchObject({ fractionLost: 0, cumulativeLost: -2, highestSequence: 4 });
  });

  it('start anew only when two packets in a row say so (A.1)', () => {
    const reception = new Reception(1, 100);
    receive(reception, [100, 101]);
    expect(reception.count(40_000)).toBe(false);
    expect(reception.count(102)).toBe(true);
    expect(reception.lost).toBe(0);
    expect(reception.count(50_000)).toBe(false);
    expect(reception.count(50_001)).toBe(true);
    expect(reception).toMatchObject({ received: 1, lost: 0 });
  });

  it('smooth jitter by a sixteenth (A.8)', () => {
    const reception = new Reception(1, 1);
    reception.measure(0, 0);
    reception.measure(160, 160);
    expect(reception.jitter).toBe(0);
    reception.measure(320, 320 + 16);
    expect(reception.jitter).toBe(1);
    reception.measure(480, 480 + 16);
    expect(reception.jitter).toBe(1 - 1 / 16);
  });

  it('are not disturbed where timestamps begin again at zero', () => {
    const reception = new Reception(1, 1);
    reception.measure(0xffff_ffff, 1_000);
    reception.measure(159, 1_160);
    expect(reception.jitter).toBe(0);
  });
});
