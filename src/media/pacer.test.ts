import { describe, expect, it } from '@jest/globals';

import { FakeClock } from '../../test/support/fake-clock.js';
import type { Timer } from '../base/clock.js';
import { milliseconds, type Duration } from '../base/duration.js';
import { Pacer } from './pacer.js';

/** A clock whose timers are late by what a test says, as a busy machine's are. */
class LateClock extends FakeClock {
  lateness = 0;

  override startTimer(name: string, delay: Duration, onExpiry: () => void): Timer {
    return super.startTimer(name, milliseconds(delay + this.lateness), onExpiry);
  }
}

function setUp() {
  const clock = new LateClock();
  const failures: unknown[] = [];
  const pacer = new Pacer({ clock, onFailure: (failure) => failures.push(failure) });
  return { clock, pacer, failures };
}

function counter() {
  const ticks: { readonly at: number; readonly frames: number }[] = [];
  return { ticks, onTick: (frames: number, at: number) => void ticks.push({ at, frames }) };
}

function framesOf({ ticks }: ReturnType<typeof counter>): number {
  return ticks.reduce((sum, { frames }) => sum + frames, 0);
}

describe('the pace', () => {
  it('is a frame every 20 ms on one grid', () => {
    const { clock, pacer } = setUp();
    const one = counter();
    clock.advance(milliseconds(7));
    pacer.add(one);
    clock.advance(milliseconds(100));
    expect(one.ticks.map(({ at }) => at)).toEqual([20, 40, 60, 80, 100]);
    expect(framesOf(one)).toBe(5);
  });

  it('does not drift, however late each timer is', () => {
    const { clock, pacer } = setUp();
    const one = counter();
    clock.lateness = 3.7;
    pacer.add(one);
    clock.advance(milliseconds(20_000));
    expect(Math.abs(framesOf(one) - 1_000)).toBeLessThanOrEqual(1);
    expect(Math.max(...one.ticks.map(({ frames }) => frames))).toBe(1);
  });

  it('tells how many frames a late tick stands for', () => {
    const { clock, pacer } = setUp();
    const one = counter();
    pacer.add(one);
    clock.lateness = 95;
    clock.advance(milliseconds(20));
    clock.lateness = 0;
    clock.advance(milliseconds(500));
    expect(Math.max(...one.ticks.map(({ frames }) => frames))).toBe(5);
    expect(framesOf(one)).toBe(27);
  });

  it('wakes up once for a few sessions and spreads many over the frame', () => {
    const { clock, pacer } = setUp();
    const few = Array.from({ length: 25 }, counter);
    few.forEach((session) => pacer.add(session));
    clock.advance(milliseconds(1_000));
    expect(new Set(few.flatMap(({ ticks }) => ticks.map(({ at }) => at % 20))).size).toBe(1);
    const many = Array.from({ length: 175 }, counter);
    many.forEach((session) => pacer.add(session));
    clock.advance(milliseconds(1_000));
    const moments = many.map(({ ticks }) => ticks.map(({ at }) => at % 20).at(-1));
    expect([0, 5, 10, 15].map((moment) => moments.filter((other) => other === moment).length)).toEqual([
      25, 50, 50, 50,
    ]);
    expect(many.every((session) => framesOf(session) === 50)).toBe(true);
  });

  it('goes on for the others when one fails, and for those that stay when one leaves in its own tick', () => {
    const { clock, pacer, failures } = setUp();
    const failing = {
      onTick: () => {
        throw new Error('broken');
      },
    };
    const leaving = { onTick: () => pacer.remove(leaving) };
    const staying = counter();
    for (const session of [failing, leaving, staying]) pacer.add(session);
    clock.advance(milliseconds(100));
    expect(framesOf(staying)).toBeGreaterThanOrEqual(5);
    expect(failures.length).toBe(framesOf(staying));
  });

  it('leaves no timer when nobody is paced', () => {
    const { clock, pacer } = setUp();
    const one = counter();
    pacer.add(one);
    pacer.remove(one);
    expect(clock.pending).toEqual([]);
  });
});
