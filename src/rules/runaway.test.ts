import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { callOf, changeEvent } from '../../test/support/rules/call-events.js';
import { changing, ruleOf } from '../../test/support/rules/rule-of.js';
import { milliseconds, seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import type { RuleLoopEvent } from '../events/device-event.js';
import { EventBus } from '../events/event-bus.js';
import type { Intent } from './intent.js';
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
    const comesBack = (recipient: string) => recipient === 'self';
    bus.subscribe(({ event }) => {
      if (event.type === 'rule.loop') this.loops.push(event);
    });
    const perform = (): void => {
      this.placed++;
      clock.startTimer('the call ends', milliseconds(20), () => bus.publish(ended));
    };
    this.rules = new Rules({ bus, clock, log: silentLog, rules, perform, comesBack });
  }
}

const callAgain = (direction?: string) =>
  ruleOf({
    name: 'Again',
    conditions: [changing('Terminated', direction === undefined ? {} : { direction })],
    actions: [{ kind: 'call.place', to: 'sip:guard@host' }],
  });

const tellAgain = (recipient: string) =>
  ruleOf({
    name: 'Tell',
    conditions: [changing('Terminated')],
    actions: [{ kind: 'notification.send', recipient }],
  });

describe('A rule that moves itself over the network', () => {
  it('is held back where what it tells comes back to the device, and nowhere else', () => {
    for (const [recipient, times] of [
      ['self', 100],
      ['elsewhere', 500],
    ] as const) {
      const bench = new Bench(tellAgain(recipient));
      bench.bus.publish(ended);
      bench.clock.advance(milliseconds(20 * 499));
      expect([recipient, bench.placed]).toEqual([recipient, times]);
      expect(bench.loops).toHaveLength(recipient === 'self' ? 1 : 0);
      bench.rules.close();
    }
  });

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

  it('is held back as well where it was saved turned off and turned on later', () => {
    const rule = callAgain();
    const bench = new Bench({ ...rule, enabled: false });
    bench.rules.setRules([rule]);
    bench.bus.publish(ended);
    bench.clock.advance(seconds(30));
    expect(bench.placed).toBe(100);
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

describe('Rules that turn each other on and off', () => {
  const turning = (rule: string, enabled: boolean) => ({ kind: 'rule.enable', rule, enabled });
  const always = { kind: 'call.state', state: 'Idle' };

  /** Turned one after the other, as the device does; ends after so many, however they go on. */
  function turns(list: Rule[], most = 2_000) {
    const clock = new FakeClock();
    const bus = new EventBus({ clock, log: silentLog });
    const loops: RuleLoopEvent[] = [];
    bus.subscribe(({ event }) => {
      if (event.type === 'rule.loop') loops.push(event);
    });
    const wanted: Extract<Intent, { kind: 'rule.enable' }>[] = [];
    const perform = (intent: Intent): void => {
      if (intent.kind === 'rule.enable') wanted.push(intent);
    };
    const rules = new Rules({ bus, clock, log: silentLog, rules: list, perform });
    let count = 0;
    let current = list;
    for (let next = wanted.shift(); next !== undefined && count < most; next = wanted.shift(), count++) {
      const { rule: name, enabled } = next;
      current = current.map((rule) => (rule.name === name ? { ...rule, enabled } : rule));
      rules.setRules(current);
    }
    rules.close();
    return { count, loops: loops.map(({ rule }) => rule as string) };
  }

  it('are held back and reported', () => {
    const restarting = (name: string, other: string) =>
      ruleOf({ name, conditions: [always], actions: [turning(other, false), turning(other, true)] });
    const { count, loops } = turns([restarting('A', 'B'), restarting('B', 'A')]);
    expect(count).toBeLessThan(1_000);
    expect(loops).toContain('A');
  });

  it('are held back and reported where one turns itself off and on', () => {
    const actions = [turning('A', false), turning('A', true)];
    const { count, loops } = turns([ruleOf({ name: 'A', conditions: [always], actions })]);
    expect(count).toBeLessThan(1_000);
    expect(loops).toEqual(['A']);
  });

  it('may do so as often as something else moves them', () => {
    const actions = [turning('A', true), turning('B', false)];
    const idle = ruleOf({ name: 'B', conditions: [always], actions: [turning('C', true)] });
    expect(turns([ruleOf({ name: 'A', conditions: [always], actions }), idle])).toEqual({
      count: 3,
      loops: [],
    });
  });
});
