import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { callOf, changeEvent, stateEvent } from '../../test/support/rules/call-events.js';
import { changing, inState, profileAction, ruleOf } from '../../test/support/rules/rule-of.js';
import { seconds } from '../base/duration.js';
import type { RuleId } from '../base/ids.js';
import { silentLog, type Log } from '../base/log.js';
import type { CallIdentity, CallState, CallStateChangeReason, RuleEvent } from '../events/device-event.js';
import { EventBus } from '../events/event-bus.js';
import { DEMO_RULES } from './demo-rules.js';
import { intentText } from './intent-text.js';
import type { Intent } from './intent.js';
import type { Rule } from './rule.js';
import { Rules } from './rules.js';

/** Rules on a bus, with everything they wanted written down in short. */
class Bench {
  readonly clock = new FakeClock();
  readonly bus: EventBus;
  readonly rules: Rules;
  readonly reports: string[] = [];
  readonly errors: string[] = [];
  perform: (intent: Intent) => void = () => undefined;
  #wanted: string[] = [];

  constructor(...rules: Rule[]) {
    const log: Log = { ...silentLog, error: (message) => this.errors.push(message) };
    this.bus = new EventBus({ clock: this.clock, log });
    this.bus.subscribe(({ event }) => {
      if (event.type === 'rule') this.reports.push(reportOf(event));
    });
    const perform = (intent: Intent): void => {
      this.#wanted.push(wordsOf(intent));
      this.perform(intent);
    };
    const device = () => ({ name: 'Gate', timeZone: 'Asia/Tokyo' });
    this.rules = new Rules({ bus: this.bus, clock: this.clock, log, rules, perform, device });
  }

  /** What was wanted since last asked. */
  wanted(): string[] {
    const wanted = this.#wanted;
    this.#wanted = [];
    return wanted;
  }

  state(call: CallIdentity, state: CallState): string[] {
    this.bus.publish(stateEvent(call, state));
    return this.wanted();
  }

  change(call: CallIdentity, reason: CallStateChangeReason): string[] {
    this.bus.publish(changeEvent(call, reason));
    return this.wanted();
  }

  set(...rules: Rule[]): string[] {
    this.rules.setRules(rules);
    return this.wanted();
  }

  pass(count: number): string[] {
    this.clock.advance(seconds(count));
    return this.wanted();
  }

  isActive(name = 'Alarm'): boolean | undefined {
    return this.rules.status().find((status) => status.name === name)?.active;
  }
}

function wordsOf(intent: Intent): string {
  if (intent.kind === 'siren.release') return `release ${intent.owner}`;
  if (intent.kind === 'siren.stop') return `stop ${intent.profile}`;
  return intent.kind === 'siren.start' ? `start ${intent.profile}` : intentText(intent);
}

function reportOf({ name, change }: RuleEvent): string {
  return `${name} ${change}`;
}

const start = 'start Alarm';
const release = 'release rule:Alarm:0';
const active = inState('Active');
const call = callOf('a');
const second = callOf('b');

describe('A rule of conditions with a state', () => {
  it('is active for as long as all its conditions hold', () => {
    const bench = new Bench(ruleOf({ conditions: [active, inState('Ringing')] }));
    expect(bench.state(call, 'Active')).toEqual([]);
    expect(bench.state(second, 'Ringing')).toEqual([start]);
    expect(bench.isActive()).toBe(true);
    expect(bench.state(call, 'Idle')).toEqual([release]);
    expect(bench.isActive()).toBe(false);
    expect(bench.reports).toEqual(['Alarm activated', 'Alarm deactivated']);
  });

  it('goes on until the last call that fits has ended', () => {
    const bench = new Bench(ruleOf({ conditions: [active] }));
    expect(bench.state(call, 'Active')).toEqual([start]);
    bench.state(second, 'Active');
    expect(bench.state(call, 'Idle')).toEqual([]);
    expect(bench.state(second, 'Idle')).toEqual([release]);
  });

  it('begins its lasting actions anew with each further call: somebody may have stopped the profile', () => {
    const bench = new Bench(ruleOf({ conditions: [active] }));
    expect(bench.state(call, 'Active')).toEqual([start]);
    expect(bench.state(second, 'Active')).toEqual([start]);
    expect(bench.state(second, 'Active')).toEqual([]);
    expect(bench.rules.why({ limit: 1 })[0]).toMatchObject({ outcome: 'renewed' });
  });

  it('does not begin anew within the wait between actions', () => {
    const bench = new Bench(ruleOf({ conditions: [active], waitSeconds: 2 }));
    bench.state(call, 'Active');
    expect(bench.state(second, 'Active')).toEqual([]);
  });

  it('holds for Idle while no call that fits is in progress', () => {
    const bench = new Bench(ruleOf({ conditions: [inState('Idle', { localUri: '1001' })] }));
    expect(bench.wanted()).toEqual([start]);
    expect(bench.state(callOf('c', { localUri: 'sip:1002@a' }), 'Active')).toEqual([]);
    expect(bench.state(call, 'Ringing')).toEqual([release]);
    expect(bench.state(call, 'Active')).toEqual([]);
    expect(bench.state(call, 'Idle')).toEqual([start]);
  });

  it('means the opposite where a condition is inverted', () => {
    const bench = new Bench(ruleOf({ conditions: [{ ...active, invert: true }] }));
    expect(bench.wanted()).toEqual([start]);
    expect(bench.state(call, 'Active')).toEqual([release]);
    expect(bench.state(call, 'Idle')).toEqual([start]);
  });

  it.each([
    ['direction', { direction: 'Incoming' }, { direction: 'Outgoing' }],
    ['account', { account: 'p2p' }, { account: 'office' }],
    ['local address', { localUri: '1001' }, { localUri: 'sip:1002@192.168.0.90' }],
    ['remote address', { remoteUri: 'sip:guard@192.168.0.5' }, { remoteUri: 'sip:thief@192.168.0.5' }],
  ])('looks at the %s of the call', (_what, filter, other) => {
    const bench = new Bench(ruleOf({ conditions: [inState('Active', filter)] }));
    expect(bench.state(callOf('other', other as Partial<CallIdentity>), 'Active')).toEqual([]);
    expect(bench.state(call, 'Active')).toEqual([start]);
  });

  it('takes an empty field of the filter for any', () => {
    const conditions = [inState('Active', { account: '', localUri: '', remoteUri: '' })];
    expect(new Bench(ruleOf({ conditions })).state(call, 'Active')).toEqual([start]);
  });

  it('follows a call whose addresses change under way', () => {
    const bench = new Bench(ruleOf({ conditions: [inState('Active', { localUri: '1001' })] }));
    expect(bench.state(call, 'Active')).toEqual([start]);
    expect(bench.state(callOf('a', { localUri: 'sip:1002@a' }), 'Active')).toEqual([release]);
    expect(bench.state(callOf('a', { localUri: 'sip:1002@a' }), 'Idle')).toEqual([]);
    expect(bench.state(second, 'Active')).toEqual([start]);
  });

  it('performs several actions in their order and undoes them backwards', () => {
    const actions = [
      profileAction('whileActive', 'One'),
      profileAction('stop', 'Two'),
      profileAction('whileActive'),
    ];
    const bench = new Bench(ruleOf({ conditions: [active], actions }));
    expect(bench.state(call, 'Active')).toEqual(['start One', 'stop Two', 'start Alarm']);
    expect(bench.state(call, 'Idle')).toEqual(['release rule:Alarm:2', 'release rule:Alarm:0']);
  });

  it('acts in the order of the list where an event concerns several', () => {
    const rules = ['C', 'A', 'B'].map((name) => ruleOf({ name, conditions: [active] }));
    expect(new Bench(...rules).state(call, 'Active')).toEqual(['start C', 'start A', 'start B']);
  });
});

describe('A rule with an event', () => {
  it('fires at each event that fits, and is over at once', () => {
    const bench = new Bench(
      ruleOf({ conditions: [changing('AcceptedByDevice')], actions: [profileAction('start')] }),
    );
    expect(bench.change(call, 'AcceptedByDevice')).toEqual([start]);
    expect(bench.isActive()).toBe(false);
    expect(bench.change(call, 'Terminated')).toEqual([]);
    expect(bench.change(second, 'AcceptedByDevice')).toEqual([start]);
    expect(bench.reports.slice(0, 2)).toEqual(['Alarm activated', 'Alarm deactivated']);
  });

  it('fires only while its other conditions hold', () => {
    const conditions = [changing('Busy'), inState('Active')];
    const bench = new Bench(ruleOf({ conditions, actions: [profileAction('start')] }));
    expect(bench.change(call, 'Busy')).toEqual([]);
    bench.state(second, 'Active');
    expect(bench.change(call, 'Busy')).toEqual([start]);
  });
});

describe('A first condition that is only a trigger', () => {
  const trigger = changing('AcceptedByDevice', { localUri: '1001', trigger: true });

  it('starts the rule, which then lasts as long as the others hold, whatever the trigger does', () => {
    const bench = new Bench(ruleOf({ conditions: [inState('Ringing', { trigger: true }), active] }));
    bench.state(call, 'Active');
    expect(bench.state(second, 'Ringing')).toEqual([start]);
    expect(bench.state(second, 'Idle')).toEqual([]);
    expect(bench.isActive()).toBe(true);
    expect(bench.state(call, 'Idle')).toEqual([release]);
  });

  it('starts nothing where the others do not hold at that moment', () => {
    const bench = new Bench(ruleOf({ conditions: [inState('Ringing', { trigger: true }), active] }));
    expect(bench.state(second, 'Ringing')).toEqual([]);
    expect(bench.state(call, 'Active')).toEqual([]);
    expect(bench.state(second, 'Idle')).toEqual([]);
    expect(bench.state(second, 'Ringing')).toEqual([start]);
  });

  it('starts the rule where the same event makes trigger and others true', () => {
    const conditions = [inState('Active', { trigger: true }), inState('Idle', { invert: true })];
    expect(new Bench(ruleOf({ conditions })).state(call, 'Active')).toEqual([start]);
  });

  it('may be an event', () => {
    const bench = new Bench(ruleOf({ conditions: [trigger, active] }));
    bench.state(call, 'Active');
    expect(bench.change(call, 'AcceptedByDevice')).toEqual([start]);
    expect(bench.change(call, 'AcceptedByDevice')).toEqual([]);
    expect(bench.state(call, 'Idle')).toEqual([release]);
    bench.state(call, 'Active');
    expect(bench.wanted()).toEqual([]);
  });

  it('alone fires each time it becomes true', () => {
    const conditions = [inState('Active', { trigger: true })];
    const bench = new Bench(ruleOf({ conditions, actions: [profileAction('start')] }));
    expect(bench.state(call, 'Active')).toEqual([start]);
    expect(bench.state(second, 'Active')).toEqual([]);
    bench.state(call, 'Idle');
    bench.state(second, 'Idle');
    expect(bench.state(call, 'Active')).toEqual([start]);
  });
});

describe('The wait between actions', () => {
  it('holds back an activation that comes too soon, and makes up for it where the rule is still true', () => {
    const bench = new Bench(ruleOf({ conditions: [active], waitSeconds: 10 }));
    expect(bench.state(call, 'Active')).toEqual([start]);
    bench.pass(2);
    expect(bench.state(call, 'Idle')).toEqual([release]);
    expect(bench.state(call, 'Active')).toEqual([]);
    expect(bench.pass(7)).toEqual([]);
    expect(bench.pass(1)).toEqual([start]);
    bench.rules.close();
    expect(bench.clock.pending).toEqual([]);
  });

  it('makes up for nothing where the conditions failed meanwhile', () => {
    const bench = new Bench(ruleOf({ conditions: [active], waitSeconds: 10 }));
    bench.state(call, 'Active');
    bench.state(call, 'Idle');
    bench.state(call, 'Active');
    bench.state(call, 'Idle');
    expect(bench.wanted()).toEqual([]);
    expect(bench.pass(60)).toEqual([]);
    expect(bench.state(call, 'Active')).toEqual([start]);
  });

  it('never holds back the end of a rule', () => {
    const bench = new Bench(ruleOf({ conditions: [active], waitSeconds: 10 }));
    bench.state(call, 'Active');
    expect(bench.state(call, 'Idle')).toEqual([release]);
  });

  it('skips an event without a state, which is gone when the wait ends', () => {
    const conditions = [changing('AcceptedByDevice')];
    const bench = new Bench(ruleOf({ conditions, waitSeconds: 10, actions: [profileAction('start')] }));
    expect(bench.change(call, 'AcceptedByDevice')).toEqual([start]);
    bench.pass(9);
    expect(bench.change(call, 'AcceptedByDevice')).toEqual([]);
    expect(bench.rules.why({ limit: 1 })[0]?.obstacle).toEqual({
      kind: 'waiting',
      until: bench.clock.wallTime() + 1_000,
      retried: false,
    });
    expect(bench.pass(1)).toEqual([]);
    expect(bench.change(call, 'AcceptedByDevice')).toEqual([start]);
  });

  it('remembers a trigger for as long as the other conditions hold', () => {
    const conditions = [changing('AcceptedByDevice', { trigger: true }), active];
    const bench = new Bench(ruleOf({ conditions, waitSeconds: 10 }));
    bench.state(call, 'Active');
    expect(bench.change(call, 'AcceptedByDevice')).toEqual([start]);
    expect(bench.state(call, 'Idle')).toEqual([release]);
    bench.state(call, 'Active');
    expect(bench.change(call, 'AcceptedByDevice')).toEqual([]);
    expect(bench.pass(10)).toEqual([start]);
  });

  it('makes up for a lone trigger that still holds', () => {
    const conditions = [inState('Active', { trigger: true })];
    const bench = new Bench(ruleOf({ conditions, waitSeconds: 10, actions: [profileAction('start')] }));
    bench.state(call, 'Active');
    bench.state(call, 'Idle');
    expect(bench.state(call, 'Active')).toEqual([]);
    expect(bench.pass(10)).toEqual([start]);
    expect(bench.pass(10)).toEqual([]);
  });

  it('is forgotten when a rule is turned off and on again', () => {
    const rule = ruleOf({ conditions: [active], waitSeconds: 3_600 });
    const bench = new Bench(rule);
    bench.state(call, 'Active');
    expect(bench.set({ ...rule, enabled: false })).toEqual([release]);
    expect(bench.set(rule)).toEqual([start]);
  });
});

describe('When the rules are changed', () => {
  const rule = ruleOf({ conditions: [active] });
  const changed = ruleOf({ conditions: [active], actions: [profileAction('whileActive', 'Louder')] });

  it('a new rule whose conditions hold already becomes active at once', () => {
    const bench = new Bench();
    bench.state(call, 'Active');
    expect(bench.set(rule)).toEqual([start]);
  });

  it('a trigger that a new rule finds met counts as just having become so', () => {
    const bench = new Bench();
    bench.state(call, 'Active');
    const conditions = [inState('Active', { trigger: true })];
    expect(bench.set(ruleOf({ conditions, actions: [profileAction('start')] }))).toEqual([start]);
  });

  it('a rule that is turned off ends at once and hears nothing more', () => {
    const bench = new Bench(rule);
    bench.state(call, 'Active');
    expect(bench.set({ ...rule, enabled: false })).toEqual([release]);
    expect(bench.state(call, 'Idle')).toEqual([]);
    expect(bench.state(call, 'Active')).toEqual([]);
    expect(bench.rules.why({ limit: 1 })[0]?.obstacle).toEqual({ kind: 'disabled' });
  });

  it('a deleted rule ends at once', () => {
    const bench = new Bench(rule);
    bench.state(call, 'Active');
    expect(bench.set()).toEqual([release]);
    expect(bench.rules.status()).toEqual([]);
    expect(bench.rules.why({ limit: 1 })[0]?.text).toMatch(
      /ended when the rules were changed: it was deleted/,
    );
  });

  it('a rule that is not active takes the change at once', () => {
    const bench = new Bench(rule);
    expect(bench.set(changed)).toEqual([]);
    expect(bench.state(call, 'Active')).toEqual(['start Louder']);
  });

  it('an active rule runs on as it was until it ends, and then as it is now', () => {
    const bench = new Bench(rule);
    bench.state(call, 'Active');
    expect(bench.set(changed)).toEqual([]);
    expect(bench.rules.status()[0]).toMatchObject({ active: true, changePending: true });
    expect(bench.state(call, 'Idle')).toEqual([release]);
    expect(bench.rules.status()[0]).toMatchObject({ active: false, changePending: false });
    expect(bench.state(call, 'Active')).toEqual(['start Louder']);
  });

  it('an active rule takes the change when it is turned off and on again', () => {
    const bench = new Bench(rule);
    bench.state(call, 'Active');
    bench.set(changed);
    expect(bench.set({ ...changed, enabled: false })).toEqual([release]);
    expect(bench.set(changed)).toEqual(['start Louder']);
  });

  it('a change that is taken back leaves nothing pending', () => {
    const bench = new Bench(rule);
    bench.state(call, 'Active');
    bench.set(changed);
    bench.set(ruleOf({ conditions: [active] }));
    expect(bench.rules.status()[0]?.changePending).toBe(false);
    bench.state(call, 'Idle');
    expect(bench.state(call, 'Active')).toEqual([start]);
  });

  it('a rule goes by its id, so that a new name disturbs nothing', () => {
    const bench = new Bench({ ...rule, id: '7' });
    bench.state(call, 'Active');
    expect(bench.set({ ...rule, id: '7', name: 'Renamed' })).toEqual([]);
    expect(bench.isActive('Renamed')).toBe(true);
    expect(bench.state(call, 'Idle')).toEqual(['release rule:7:0']);
    expect(bench.reports).toEqual(['Alarm activated', 'Renamed deactivated']);
  });
});

describe('The recipes of the manual', () => {
  it('Start a profile through SIP: the profile runs while a call is active', () => {
    const bench = new Bench(ruleOf({ conditions: [inState('Active')] }));
    expect(bench.state(call, 'Ringing')).toEqual([]);
    expect(bench.state(call, 'Active')).toEqual([start]);
    expect(bench.state(call, 'Idle')).toEqual([release]);
  });

  it('Control more than one profile through SIP extensions: each extension starts and stops its own', () => {
    const pair = (extension: string, profile: string): Rule[] => {
      const filter = { direction: 'Incoming', localUri: `<sip:${extension}@192.168.0.90>` };
      return [
        ruleOf({
          name: `Start ${profile}`,
          conditions: [changing('AcceptedByDevice', filter)],
          actions: [profileAction('start', profile)],
        }),
        ruleOf({
          name: `Stop ${profile}`,
          conditions: [changing('Terminated', filter)],
          actions: [profileAction('stop', profile)],
        }),
      ];
    };
    const bench = new Bench(...pair('1001', 'Evacuation'), ...pair('1002', 'Doorbell'));
    const door = callOf('door', { localUri: 'sip:1002@192.168.0.90' });
    expect(bench.change(call, 'AcceptedByDevice')).toEqual(['start Evacuation']);
    expect(bench.change(door, 'AcceptedByDevice')).toEqual(['start Doorbell']);
    expect(bench.change(call, 'Terminated')).toEqual(['stop Evacuation']);
    expect(bench.change(door, 'Terminated')).toEqual(['stop Doorbell']);
  });

  it('The demonstration: 1001 evacuates and 1002 rings, for as long as the call is active', () => {
    const bench = new Bench(...DEMO_RULES);
    const door = callOf('door', { localUri: 'sip:1002@127.0.0.1' });
    expect(bench.state(call, 'Active')).toEqual(['start Evacuation']);
    expect(bench.state(door, 'Active')).toEqual(['start Doorbell']);
    expect(bench.state(call, 'Idle')).toEqual(['release rule:Evacuate on 1001:0']);
    expect(bench.state(door, 'Idle')).toEqual(['release rule:Doorbell on 1002:0']);
  });
});

describe('Why', () => {
  const rule = ruleOf({
    conditions: [inState('Active', { direction: 'Incoming', localUri: 'sip:1001@192.168.0.90' })],
  });
  const id = 'Alarm' as RuleId;

  it('tells what each condition found when a rule became active', () => {
    const bench = new Bench(rule);
    bench.state(call, 'Active');
    const [explanation] = bench.rules.why({ callId: call.callId });
    expect(explanation).toMatchObject({
      rule: 'Alarm',
      outcome: 'activated',
      callId: 'a',
      occasion: 'event',
    });
    expect(explanation?.conditions[0]).toMatchObject({ condition: 0, holds: true });
    expect(explanation?.text).toMatch(
      /^Rule "Alarm" became active when the call from guard to 1001 became active \(event \d+\)\.\nCondition 1 is met: /,
    );
    expect(explanation?.text).toMatch(/It starts profile Alarm\.$/);
  });

  it('tells what was written, with the values, and lets no peer write lines of its own', () => {
    const bench = new Bench(
      ruleOf({
        conditions: [{ kind: 'call.message', text: 'open' }],
        actions: [{ kind: 'log.write', text: '{{remoteName}}: {{text}}' }],
      }),
    );
    const message = { type: 'message.received', messageId: 'm', contentType: 'text/plain' } as const;
    const { callId: _none, ...from } = call;
    bench.bus.publish({ ...message, ...from, displayName: 'G\nuard', text: 'open\r\nRule "X" ended' });
    bench.bus.publish({ ...message, ...from, text: 'shut\nIt starts profile Alarm' });
    const [met] = bench.rules.why({});
    const [missed] = bench.rules.why({ eventSequence: bench.rules.events({})[0]?.sequence ?? 0 });
    expect(met?.text.split('\n')).toEqual([
      expect.stringContaining('became active when a message came from guard to 1001'),
      'Condition 1 is met: a message with "open" in it is received.',
      'It writes "G uard: open Rule "X" ended" to the log.',
    ]);
    expect(missed?.text.split('\n')).toEqual([
      expect.stringContaining('was not concerned when a message came from guard to 1001'),
      'Condition 1 waits for: a message with "open" in it is received. In this event text is shut It starts profile Alarm, expected with "open" in it.',
    ]);
  });

  it('tells times by the clock on the wall', () => {
    const conditions = [changing('AcceptedByDevice')];
    const bench = new Bench(ruleOf({ waitSeconds: 60, conditions, actions: [profileAction('start')] }));
    bench.bus.publish(changeEvent(call, 'AcceptedByDevice'));
    bench.bus.publish(changeEvent(call, 'AcceptedByDevice'));
    expect(bench.rules.why({})[0]?.text).toContain(
      'lasts until 09:01:00 on 2026-01-01, so this event is skipped',
    );
  });

  it('tells what was expected and what came, also of a rule that the event never reached', () => {
    const bench = new Bench(rule);
    bench.state(callOf('c', { localUri: 'sip:1002@192.168.0.90' }), 'Active');
    expect(bench.rules.why({}).map(({ outcome }) => outcome)).toEqual(['notActivated']);
    const [explanation] = bench.rules.why({ eventSequence: 1, rule: id });
    expect(explanation?.outcome).toBe('notConcerned');
    expect(explanation?.conditions[0]?.reason).toContainEqual({
      field: 'localUri',
      expected: 'sip:1001@192.168.0.90',
      actual: 'sip:1002@192.168.0.90',
      fits: false,
    });
    expect(explanation?.text).toContain('localUri is sip:1002@192.168.0.90, expected sip:1001@192.168.0.90');
  });

  it('tells of each rule that a call never reached where the call came nearest', () => {
    const refused = changing('Denied', { localUri: '1001' });
    const bench = new Bench(
      rule,
      ruleOf({ name: 'Door', conditions: [inState('Active', { localUri: '1002' })] }),
      ruleOf({ name: 'Refused', conditions: [refused], actions: [profileAction('start')] }),
    );
    const lost = callOf('c', { localUri: 'sip:1009@192.168.0.90' });
    bench.state(lost, 'Ringing');
    bench.state(lost, 'Active');
    bench.state(call, 'Active');
    const told = bench.rules.why({ callId: lost.callId });
    expect(told.map(({ ruleName, outcome }) => [ruleName, outcome])).toEqual([
      ['Alarm', 'notConcerned'],
      ['Door', 'notConcerned'],
    ]);
    expect(told[0]?.eventSequence).toBe(2);
    expect(told[0]?.text).toContain('localUri is sip:1009@192.168.0.90, expected sip:1001@192.168.0.90');
    expect(told[0]?.text).toContain('\nCondition 1 waits for: there is an incoming call to ');
    expect(told[0]?.text).not.toContain('state is');
    expect(bench.rules.why({ callId: call.callId }).map(({ ruleName }) => ruleName)).toEqual([
      'Alarm',
      'Door',
    ]);
  });

  it('gives the newest first and no more than was asked for', () => {
    const bench = new Bench(rule);
    bench.state(call, 'Active');
    bench.state(second, 'Active');
    bench.state(call, 'Idle');
    bench.state(second, 'Idle');
    expect(bench.rules.why({ rule: id, limit: 3 }).map(({ outcome }) => outcome)).toEqual([
      'deactivated',
      'stayedActive',
      'renewed',
    ]);
  });

  it('forgets the oldest, but never the last decision of a rule that still is', () => {
    const clock = new FakeClock();
    const bus = new EventBus({ clock, log: silentLog });
    const other = ruleOf({ name: 'Other', conditions: [inState('Active', { localUri: '1002' })] });
    const perform = (): void => undefined;
    const rules = new Rules({ bus, clock, log: silentLog, rules: [rule, other], perform, remembered: 10 });
    bus.publish(stateEvent(call, 'Active'));
    clock.advance(seconds(1));
    for (let count = 0; count < 20; count++) {
      bus.publish(stateEvent(callOf(`n${count}`, { localUri: 'sip:1002@a' }), 'Active'));
    }
    expect(rules.why({})).toHaveLength(10);
    expect(rules.why({ rule: id }).map(({ outcome }) => outcome)).toEqual(['activated']);
  });

  it('names what could not be performed, and the rest is performed all the same', () => {
    const actions = [profileAction('start', 'Missing'), profileAction('start')];
    const bench = new Bench(ruleOf({ conditions: [active], actions }));
    bench.perform = (intent) => {
      if (intent.kind === 'siren.start' && intent.profile === 'Missing') throw new Error('no such profile');
    };
    expect(bench.state(call, 'Active')).toEqual(['start Missing', start]);
    expect(bench.errors).toHaveLength(1);
    expect(bench.rules.why({ rule: id })[0]?.failures).toEqual(['no such profile']);
    expect(bench.rules.why({ rule: id })[0]?.text).toContain('That failed: no such profile');
  });
});

describe('The shell', () => {
  it('performs in order what was decided while it was performing', () => {
    const chained = ruleOf({ name: 'Chained', conditions: [inState('Ringing')] });
    const first = ruleOf({
      conditions: [active],
      actions: [profileAction('start', 'One'), profileAction('start', 'Two')],
    });
    const bench = new Bench();
    bench.state(call, 'Active');
    bench.perform = (intent) => {
      if (intent.kind === 'siren.start' && intent.profile === 'One')
        bench.bus.publish(stateEvent(second, 'Ringing'));
    };
    expect(bench.set(first, chained)).toEqual(['start One', 'start Two', 'start Chained']);
  });

  describe('with rules that feed each other without end', () => {
    const ping = ruleOf({
      name: 'Ping',
      conditions: [changing('Denied')],
      actions: [profileAction('start', 'Ping')],
    });
    const pong = ruleOf({
      name: 'Pong',
      conditions: [changing('Busy')],
      actions: [profileAction('start', 'Pong')],
    });
    const spark = ruleOf({ name: 'Spark', conditions: [active], actions: [profileAction('start', 'Ping')] });

    function makeLoop(): Bench {
      const bench = new Bench(ping, pong);
      bench.perform = (intent) => {
        if (intent.kind !== 'siren.start') return;
        bench.bus.publish(changeEvent(call, intent.profile === 'Ping' ? 'Busy' : 'Denied'));
      };
      return bench;
    }

    it('stops the chain that an event began, reports it once, and works on', () => {
      const bench = makeLoop();
      expect(bench.change(call, 'Busy').length).toBeLessThan(100);
      expect(bench.errors).toEqual(['rules feed each other without end; the chain was stopped']);
      expect(bench.rules.why({ limit: 1 })[0]?.text).toContain('taken for a loop');
      bench.perform = () => undefined;
      expect(bench.change(call, 'Busy')).toEqual(['start Pong']);
    });

    it('stops the chain that a change of the rules began', () => {
      const bench = makeLoop();
      bench.state(second, 'Active');
      expect(bench.set(ping, pong, spark).length).toBeLessThan(100);
      expect(bench.errors).toEqual(['rules feed each other without end; the chain was stopped']);
    });
  });

  it('leaves no timer and hears nothing after it was closed, also twice', () => {
    const bench = new Bench(ruleOf({ conditions: [active], waitSeconds: 10 }));
    bench.state(call, 'Active');
    bench.state(call, 'Idle');
    bench.state(call, 'Active');
    bench.wanted();
    bench.rules.close();
    bench.rules.close();
    expect(bench.clock.pending).toEqual([]);
    expect(bench.state(call, 'Idle')).toEqual([]);
  });
});
