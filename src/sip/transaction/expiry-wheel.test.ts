import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { milliseconds } from '../../base/duration.js';
import { ExpiryWheel, type ExpiryGroup, type Expiring } from './expiry-wheel.js';

let clock: FakeClock;
let wheel: ExpiryWheel;

class Item implements Expiring {
  expiryGroup: ExpiryGroup | undefined;
  expiryIndex = 0;
  firedAt: number | undefined;
  onFire: () => void = () => undefined;

  onExpiry(): void {
    this.firedAt = clock.now();
    this.onFire();
  }
}

const items = (count: number) => Array.from({ length: count }, () => new Item());

beforeEach(() => {
  clock = new FakeClock();
  wheel = new ExpiryWheel(clock);
});

afterEach(() => expect(clock.pending).toEqual([]));

describe('expiry wheel', () => {
  it('groups what expires within a tenth of a second, never early', () => {
    const [a, b, c] = items(3);
    clock.advance(milliseconds(7));
    wheel.schedule(a!, 100);
    wheel.schedule(b!, 190);
    wheel.schedule(c!, 32_000);
    expect(clock.pending).toEqual(['transaction expiry']);
    clock.advance(milliseconds(40_000));
    expect([a!.firedAt, b!.firedAt, c!.firedAt]).toEqual([200, 200, 32_100]);
  });

  it('replaces an appointment and takes one back', () => {
    const [a, b] = items(2);
    wheel.schedule(a!, 1_000);
    wheel.schedule(b!, 1_000);
    wheel.schedule(a!, 5_000);
    wheel.cancel(b!);
    wheel.cancel(b!);
    clock.advance(milliseconds(10_000));
    expect([a!.firedAt, b!.firedAt]).toEqual([5_000, undefined]);
  });

  it('finds the next appointment although one that fires makes a later one', () => {
    const [a, b] = items(2);
    a!.onFire = () => {
      a!.onFire = () => undefined;
      wheel.schedule(a!, 32_000);
    };
    wheel.schedule(a!, 100);
    wheel.schedule(b!, 500);
    clock.advance(milliseconds(600));
    expect(b!.firedAt).toBe(500);
    clock.advance(milliseconds(32_000));
    expect(a!.firedAt).toBe(32_100);
  });

  it('lets one that fires take back its neighbours', () => {
    const all = items(5);
    for (const item of all) {
      item.onFire = () => all.forEach((other) => wheel.cancel(other));
      wheel.schedule(item, 100);
    }
    clock.advance(milliseconds(200));
    expect(all.filter(({ firedAt }) => firedAt !== undefined).length).toBe(1);
  });

  it('fires everything once at its time, whatever is scheduled and taken back', () => {
    const action = fc.record({
      item: fc.nat(9),
      delay: fc.integer({ min: -50, max: 3_000 }),
      wait: fc.nat(400),
      cancel: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        clock = new FakeClock();
        wheel = new ExpiryWheel(clock);
        const due = new Map<Item, number>();
        const pool = items(10);
        for (const item of pool) {
          item.onFire = () => {
            const late = clock.now() - due.get(item)!;
            expect(late >= 0 && late < 100).toBe(true);
            due.delete(item);
          };
        }
        for (const { item: index, delay, wait, cancel } of actions) {
          const item = pool[index]!;
          if (cancel) {
            wheel.cancel(item);
            due.delete(item);
          } else {
            due.set(item, clock.now() + Math.max(0, delay));
            wheel.schedule(item, delay);
          }
          clock.advance(milliseconds(wait));
        }
        clock.advance(milliseconds(5_000));
        expect([due.size, clock.pending]).toEqual([0, []]);
      }),
    );
  });
});
