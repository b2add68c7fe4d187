import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../test/support/fake-clock.js';
import { milliseconds } from '../base/duration.js';
import { PulseLimiter } from './pulse-limiter.js';

const MINIMUM = 250;

function setUp() {
  const clock = new FakeClock();
  const changes: [number, boolean][] = [];
  const limiter = new PulseLimiter({
    id: 'relay',
    clock,
    minimum: milliseconds(MINIMUM),
    onLevel: (isOn) => changes.push([clock.now(), isOn]),
  });
  return { clock, changes, limiter };
}

describe('PulseLimiter', () => {
  it('goes on at once, and stays on for the shortest pulse at least', () => {
    const { clock, changes, limiter } = setUp();
    limiter.set(true);
    clock.advance(milliseconds(50));
    limiter.set(false);
    clock.advance(milliseconds(1_000));
    expect(changes).toEqual([
      [0, true],
      [250, false],
    ]);
  });

  it('shows later a flash that came too soon', () => {
    const { clock, changes, limiter } = setUp();
    limiter.set(true);
    clock.advance(milliseconds(300));
    limiter.set(false);
    clock.advance(milliseconds(50));
    limiter.set(true);
    clock.advance(milliseconds(50));
    limiter.set(false);
    clock.advance(milliseconds(1_000));
    expect(changes).toEqual([
      [0, true],
      [300, false],
      [550, true],
      [800, false],
    ]);
  });

  it('never changes faster than the relay survives, and ends at what was wanted last', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(600)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, (sequence) => {
        const { clock, changes, limiter } = setUp();
        for (const [isOn, pause] of sequence) {
          limiter.set(isOn);
          clock.advance(milliseconds(pause));
        }
        clock.advance(milliseconds(3 * MINIMUM));
        changes.slice(1).forEach(([at], index) => {
          expect(at - changes[index]![0]).toBeGreaterThanOrEqual(MINIMUM);
        });
        expect(changes.at(-1)?.[1] ?? false).toBe(sequence.at(-1)![0]);
        expect(changes.length > 0).toBe(sequence.some(([isOn]) => isOn));
        expect(clock.pending).toEqual([]);
      }),
    );
  });
});
