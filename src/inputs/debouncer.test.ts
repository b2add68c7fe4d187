import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { milliseconds } from '../base/duration.js';
import { Debouncer } from './debouncer.js';

function bench(lasts: number) {
  const clock = new FakeClock();
  const levels: boolean[] = [];
  const debouncer = new Debouncer({ id: '1', clock, lasts, onLevel: (isOn) => levels.push(isOn) });
  return { clock, levels, debouncer };
}

describe('a contact that bounces', () => {
  it('counts when it has come to rest, the first level at once', () => {
    const { clock, levels, debouncer } = bench(20);
    debouncer.see(false);
    expect(levels).toEqual([false]);
    for (const isOn of [true, false, true]) {
      debouncer.see(isOn);
      clock.advance(milliseconds(10));
    }
    expect(levels).toEqual([false]);
    clock.advance(milliseconds(10));
    expect(levels).toEqual([false, true]);
  });

  it('that comes back to what it was did nothing', () => {
    const { clock, levels, debouncer } = bench(20);
    debouncer.see(true);
    debouncer.see(false);
    debouncer.see(true);
    clock.advance(milliseconds(100));
    expect(levels).toEqual([true]);
    debouncer.see(false);
    debouncer.forget();
    clock.advance(milliseconds(100));
    debouncer.see(false);
    expect(levels).toEqual([true, false]);
    expect(clock.pending).toEqual([]);
  });

  it('counts at once where no time is set', () => {
    const { levels, debouncer } = bench(0);
    for (const isOn of [true, false, true]) debouncer.see(isOn);
    expect(levels).toEqual([true, false, true]);
  });
});
