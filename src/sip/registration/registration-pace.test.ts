import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { milliseconds } from '../../base/duration.js';
import { RegistrationPace, type PacedRequest } from './registration-pace.js';

let clock: FakeClock;
let pace: RegistrationPace;
let started: string[];

beforeEach(() => {
  clock = new FakeClock();
  pace = new RegistrationPace(clock, { atOnce: 2, spacing: 10, random: () => 0.5 });
  started = [];
});

function enter(name: string, server = 'a'): PacedRequest {
  return pace.enter(server, () => void started.push(`${name} at ${clock.now()}`));
}

describe('the pace of registrations', () => {
  it('lets the first one go at once and the others after a pause, so many at a time', () => {
    const requests = ['1', '2', '3', '4'].map((name) => enter(name));
    clock.advance(milliseconds(100));
    expect(started).toEqual(['1 at 0', '2 at 10']);
    requests[0]!.leave();
    requests[0]!.leave();
    clock.advance(milliseconds(100));
    expect(started).toEqual(['1 at 0', '2 at 10', '3 at 100']);
    for (const request of requests) request.leave();
    expect(clock.pending).toEqual([]);
    expect(started.at(-1)).toBe('4 at 200');
  });

  it('waits no longer for those that a silent server does not answer', () => {
    const requests = ['1', '2', '3', '4', '5'].map((name) => enter(name));
    clock.advance(milliseconds(2_000));
    expect(started).toEqual(['1 at 0', '2 at 10', '3 at 2000']);
    clock.advance(milliseconds(2_100));
    expect(started.slice(3)).toEqual(['4 at 2010', '5 at 4000']);
    for (const request of requests) request.leave();
    expect(clock.pending).toEqual([]);
  });

  it('keeps the servers apart, so that a dead one holds up nobody', () => {
    const requests = [enter('1'), enter('2'), enter('3'), enter('other', 'b')];
    expect(started).toEqual(['1 at 0', 'other at 0']);
    for (const request of requests.reverse()) request.leave();
    expect(clock.pending).toEqual([]);
  });

  it('spreads a crowd at a server that answers, and lets everybody pass', () => {
    const requests: PacedRequest[] = [];
    for (let index = 0; index < 1_000; index += 1) {
      requests.push(pace.enter('a', () => queueMicrotask(() => undefined)));
    }
    let left = 0;
    while (left < 1_000) {
      requests[left]!.leave();
      left += 1;
      clock.advance(milliseconds(10));
    }
    expect([clock.now(), clock.pending]).toEqual([10_000, []]);
  });
});
