import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { callOf, stateEvent } from '../../test/support/rules/call-events.js';
import { inState, profileAction, ruleOf } from '../../test/support/rules/rule-of.js';
import type { DtmfSequenceId } from '../base/ids.js';
import { silentLog } from '../base/log.js';
import { EventBus } from '../events/event-bus.js';
import type { DryRunQuestion } from './dry-run.js';
import { CONDITION_TOPICS } from './conditions/index.js';
import { EVENT_EXAMPLES } from './event-examples.js';
import { dryRunSchema, eventsOf, presumedBy, type EventWords } from './event-words.js';
import type { Rule } from './rule.js';
import { Rules } from './rules.js';

const context = {
  host: '192.168.0.90',
  account: 'peer-to-peer',
  sequences: [{ id: 'stop' as DtmfSequenceId, sequence: '*9#', description: '' }],
};

function bench(...rules: Rule[]) {
  const clock = new FakeClock();
  const bus = new EventBus({ clock, log: silentLog });
  const done: string[] = [];
  const engine = new Rules({
    bus,
    clock,
    log: silentLog,
    rules,
    perform: ({ kind }) => void done.push(kind),
  });
  const ask = (words: EventWords, more: Partial<DryRunQuestion> = {}) =>
    engine.dryRun({
      rules,
      assumed: presumedBy(words, context),
      events: eventsOf(words, context),
      at: clock.wallTime(),
      ...more,
    });
  return { bus, done, engine, ask };
}

const parsed = (question: unknown) => dryRunSchema.parse(question);

describe('A dry run', () => {
  const evacuate = ruleOf({ name: 'Evacuate', conditions: [inState('Active', { localUri: '1001' })] });
  const gate = ruleOf({
    name: 'Gate',
    conditions: [
      { kind: 'call.stateChange', reason: 'AcceptedByDevice', localUri: '1003' },
      inState('Active', { localUri: '1001', invert: true }),
    ],
    actions: [profileAction('start', 'Doorbell')],
  });

  it('says what would happen and why, and does nothing', () => {
    const { ask, done, engine } = bench(evacuate, gate);
    const { actions, rules } = ask(parsed({ call: { to: '1003' } }));
    expect(actions).toEqual(['Gate: starts profile Doorbell']);
    expect(rules.map(({ ruleName, outcome }) => [ruleName, outcome])).toEqual([
      ['Evacuate', 'notConcerned'],
      ['Gate', 'activated'],
    ]);
    expect(rules[0]?.text).toContain('localUri is sip:1003@192.168.0.90, expected 1001');
    expect(done).toEqual([]);
    expect(engine.status().some(({ active }) => active)).toBe(false);
    expect(engine.why({})).toHaveLength(2);
  });

  it('goes on from what is so now, and from what is assumed', () => {
    const { ask, bus, done } = bench(evacuate, gate);
    const assumed = eventsOf(parsed({ call: { to: '1001', from: 'chief' } }), {
      ...context,
      account: 'office',
    }).map((event) => ('callId' in event ? { ...event, callId: callOf('other').callId } : event));
    const obstacle = { kind: 'condition', condition: 1 };
    expect(ask(parsed({ call: { to: '1003' } }), { assumed }).rules[1]).toMatchObject({ obstacle });
    bus.publish(stateEvent(callOf('real'), 'Active'));
    expect(done).toEqual(['siren.start']);
    expect(ask(parsed({ call: { to: '1003' } })).rules[1]).toMatchObject({ obstacle });
    expect(ask(parsed({ call: { to: '1001' } })).rules[0]).toMatchObject({ outcome: 'renewed' });
  });

  it('tries rules out that are not saved', () => {
    const { ask } = bench(evacuate);
    const other = ruleOf({ name: 'Other', conditions: [inState('Active', { localUri: '1009' })] });
    const { actions, rules } = ask(parsed({ call: { to: '1009' } }), { rules: [other] });
    expect(actions).toEqual(['Other: starts profile Other']);
    expect(rules).toHaveLength(1);
  });

  it('ends a call that it takes for active, and hears keys in one', () => {
    const stop = ruleOf({
      name: 'Stop',
      conditions: [{ kind: 'call.dtmf', sequence: 'stop' }, inState('Active')],
      actions: [profileAction('stop')],
    });
    const { ask } = bench(evacuate, stop);
    expect(ask(parsed({ call: { to: '1001', state: 'Ended' } })).rules[0]).toMatchObject({
      outcome: 'deactivated',
    });
    expect(ask(parsed({ dtmf: { digits: '*9#' } })).actions).toEqual(['Stop: stops profile Alarm']);
  });

  it('knows the words for everything that conditions wait for, and refuses what says nothing', () => {
    const kinds = [
      { registration: { account: 'a', state: 'registered' } },
      { virtualInput: { input: 3 } },
      { digitalInput: { port: 1, active: false } },
      { manualTrigger: { trigger: 't' } },
      { schedule: { schedule: 's' } },
      { pulse: { schedule: 's' } },
      { profile: { profile: 'Evacuation' } },
      { mqtt: { subscription: 's', topic: 't', payload: '1' } },
      { event: { type: 'network', state: 'lost', addresses: [] } },
      {
        call: { direction: 'Outgoing', to: 'sip:guard@10.0.0.1', state: 'Ringing' },
        at: '2026-12-06T03:00:00+01:00',
      },
    ];
    for (const kind of kinds) expect(eventsOf(parsed(kind), context).length).toBeGreaterThan(0);
    for (const wrong of [
      {},
      { at: '2026-12-06T03:00:00+01:00' },
      { event: { type: 'nonsense' } },
      { at: 'Sunday', call: {} },
      { call: {}, dtmf: { digits: '1' } },
      { call: { to: 'x y' } },
      { registration: { account: 'a', state: 'asleep' } },
      { event: { type: 'call.state' } },
      { event: { ...EVENT_EXAMPLES['call.state'], localUri: 5 } },
    ])
      expect(dryRunSchema.safeParse(wrong).success).toBe(false);
    expect(dryRunSchema.safeParse({ event: { type: 'pulse', name: '' } }).error?.issues).toMatchObject([
      { path: ['event', 'schedule'], message: 'is missing', params: { accepted: 'such as "hourly"' } },
    ]);
  });

  it('takes an example of every event that a condition waits for', () => {
    const types = CONDITION_TOPICS;
    expect(Object.keys(EVENT_EXAMPLES).sort()).toEqual([...types].sort());
    const { ask } = bench(evacuate);
    for (const event of Object.values(EVENT_EXAMPLES)) ask(parsed({ event: { ...event } }));
  });

  it('tells calls of different people apart', () => {
    const { ask } = bench(evacuate, gate);
    const assumed = eventsOf(parsed({ call: { to: '1001' } }), context);
    expect(ask(parsed({ call: { to: '1003' } }), { assumed }).rules).toMatchObject([
      { outcome: 'notConcerned' },
      { obstacle: { kind: 'condition', condition: 1 } },
    ]);
  });

  it('knows that a wait between actions is over by then', () => {
    const { ask, bus } = bench({ ...gate, waitSeconds: 30 });
    bus.publish({
      type: 'call.stateChange',
      ...callOf('real', { localUri: 'sip:1003@192.168.0.90' }),
      reason: 'AcceptedByDevice',
    });
    const question = parsed({ call: { to: '1003' } });
    expect(ask(question).rules[0]).toMatchObject({ obstacle: { kind: 'waiting' } });
    expect(ask(question, { at: new FakeClock().wallTime() + 60_000 }).rules[0]).toMatchObject({
      outcome: 'activated',
    });
  });
});
