import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { seconds } from '../../base/duration.js';
import type { Target } from '../transport/flow.js';
import { TargetHealth } from './target-health.js';

const first: Target = { protocol: 'udp', address: '192.0.2.1', port: 5060 };
const second: Target = { protocol: 'udp', address: '192.0.2.2', port: 5060 };
const third: Target = { protocol: 'tcp', address: '192.0.2.1', port: 5060 };

describe('Targets that failed (RFC 3263 section 4.3)', () => {
  it('are tried last for a minute, and are first again afterwards', () => {
    const clock = new FakeClock();
    const health = new TargetHealth(clock);

    health.failed(first);
    expect(health.order([first, second, third])).toEqual([second, third, first]);
    clock.advance(seconds(60));
    expect(health.order([first, second, third])).toEqual([first, second, third]);
  });

  it('rest for as long as Retry-After says, the shortest rest first', () => {
    const clock = new FakeClock();
    const health = new TargetHealth(clock);

    health.failed(first, seconds(120));
    health.failed(second, seconds(10));
    expect(health.order([first, second])).toEqual([second, first]);
    clock.advance(seconds(11));
    expect(health.order([first, second])).toEqual([second, first]);
  });

  it('are well again once they answer', () => {
    const health = new TargetHealth(new FakeClock());

    health.failed(first);
    health.succeeded(first);
    expect(health.order([first, second])).toEqual([first, second]);
  });

  it('are forgotten, the oldest first, when there are too many', () => {
    const health = new TargetHealth(new FakeClock());
    health.failed(first);
    for (let port = 1; port <= 1_000; port++) health.failed({ ...second, port });

    expect(health.order([first, { ...second, port: 1_000 }])).toEqual([first, { ...second, port: 1_000 }]);
    expect(health.order([{ ...second, port: 1_000 }, first])[0]).toBe(first);
  });
});
