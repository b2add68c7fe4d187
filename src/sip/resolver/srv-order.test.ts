import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SrvRecord } from './dns-port.js';
import { orderSrv } from './srv-order.js';

const record = (priority: number, weight: number, name = `${priority}-${weight}`): SrvRecord => ({
  priority,
  weight,
  port: 5060,
  name,
});

describe('SRV records (RFC 2782)', () => {
  it('are tried by priority', () => {
    const ordered = orderSrv([record(30, 9), record(10, 1), record(20, 5)], () => 0.5);

    expect(ordered.map(({ name }) => name)).toEqual(['10-1', '20-5', '30-9']);
  });

  it.each([
    [0, '1-0'],
    [0.2, '1-25'],
    [0.99, '1-75'],
  ])('of one priority are drawn by lot: %d of the weights draws %s', (lot, first) => {
    expect(orderSrv([record(1, 75), record(1, 25), record(1, 0)], () => lot)[0]?.name).toBe(first);
  });

  it('are drawn in proportion to their weights', () => {
    let lot = 0;
    let heavy = 0;
    for (let round = 0; round < 1_000; round++) {
      lot = (lot + 0.618_033_988_75) % 1;
      if (orderSrv([record(1, 75), record(1, 25)], () => lot)[0]?.weight === 75) heavy++;
    }

    expect(heavy).toBeGreaterThan(730);
    expect(heavy).toBeLessThan(770);
  });

  it('all appear once, whatever the lots', () => {
    const records = fc.array(fc.tuple(fc.nat(3), fc.nat(100)), { maxLength: 12 });
    const lots = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
    fc.assert(
      fc.property(records, lots, (pairs, stream) => {
        const given = pairs.map(([priority, weight], index) => record(priority, weight, String(index)));
        const ordered = orderSrv(given, () => Number(stream.next().value));
        expect(new Set(ordered)).toEqual(new Set(given));
        expect(ordered.map(({ priority }) => priority)).toEqual(
          given.map(({ priority }) => priority).sort((a, b) => a - b),
        );
      }),
    );
  });
});
