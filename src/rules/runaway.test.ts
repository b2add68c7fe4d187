import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { callOf, changeEvent } from '../../test/support/rules/call-events.js';
import { changing, ruleOf } from '../../test/support/rules/rule-of.js';
import { milliseconds, seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import type { RuleLoopEvent } from '../events/device-event.js';
import { EventBus } from '../events/event-bus.js';
import type { Rule } from './rule.js';
import { Rules } from './rules.js';

const call = callOf('call-1');
const ended = changeEvent(call, 'Terminated');

/** Rules on a bus; each call that they place ends after a while, far away from them. */
class Bench {
  readonly clock = new FakeClock();
  readonly bus = new EventBus({ clock: this.clock, log: silentLog });
  readonly loops: RuleLoopEvent[] = [];
  readonly rules: Rules;
  placed = 0;

  constructor(...rules: Rule[]) {
    const { bus, clock } = this;
    bus.subscribe(({ event }) => {
      if (event.type === 'rule.loop') this.loops.push(event);
    });
    const perform = (): void => {
      this.placed++;
      clock.startTimer('the call ends', milliseconds(20), () => bus.publish(ended));
    };
    this.rules = new Rules({ bus, clock, log: silentLog, rules, perform });
  }
}

const callAgain = (direction?: string) =>
  ruleOf({
    name: 'Again',
    conditions: [changing('Terminated', direction === undefined ? {} : { direction })],
    actions: [{ kind: 'call.place', to: 'sip:guard@host' }],
  });

describe('A rule that moves itself over the network', () => {
  it('is held back for a minute and reported once, and the status says so', () => {
    const bench = new Bench(callAgain());
    bench.bus.publish(ended);
    bench.clock.advance(seconds(30));
    expect(bench.placed).toBe(100);
    expect(bench.loops).toMatchObject([{ rule: 'Again', until: expect.any(Number) }]);
    expect(bench.rules.status()[0]?.loop).toMatchObject({
      detail: expect.stringContaining('again and again'),
    });
    expect(bench.rules.why({ limit: 1 })[0]?.text).toContain('it moves itself without end');
    bench.clock.advance(seconds(60));
    bench.bus.publish(ended);
    expect(bench.placed).toBe(101);
    bench.rules.close();
  });

  it('works at once when it is turned off and on again', () => {
    const rule = callAgain();
    const bench = new Bench(rule);
    bench.bus.publish(ended);
    bench.clock.advance(seconds(5));
    bench.rules.setRules([{ ...rule, enabled: false }]);
    bench.rules.setRules([rule]);
    bench.bus.publish(ended);
    expect(bench.placed).toBe(101);
    bench.rules.close();
  });

  it('may be moved as often as others like where it cannot move itself', () => {
    const bench = new Bench(callAgain('Incoming'));
    for (let count = 0; count < 1_000; count++) bench.bus.publish(ended);
    expect(bench.placed).toBe(1_000);
    expect(bench.loops).toEqual([]);
    bench.rules.close();
  });
});
