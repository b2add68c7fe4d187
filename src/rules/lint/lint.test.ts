import { describe, expect, it } from '@jest/globals';
import { changing, inState, profileAction, ruleOf } from '../../../test/support/rules/rule-of.js';
import type { Rule } from '../rule.js';
import type { LintContext } from './finding.js';
import { lintRules } from './index.js';

const profile = (name: string, more: Partial<LintContext['profiles'][number]> = {}) => ({
  name,
  priority: 5,
  isContinuous: false,
  hasLight: true,
  hasSiren: true,
  ...more,
});

const context: LintContext = {
  profiles: [profile('Alarm'), profile('Endless', { isContinuous: true, priority: 6 })],
  accounts: [
    { id: 'office', isActive: true, isRegistered: true, userId: '2001' },
    { id: 'off', isActive: false, isRegistered: true, userId: '2002' },
  ],
  takesIncomingCalls: true,
  emptySchedules: [],
  comesBack: (recipient) => recipient === 'self',
  missing: [],
};

const codes = (rules: readonly Rule[], more: Partial<LintContext> = {}) =>
  lintRules(rules, { ...context, ...more }).map(({ code, rules: ids }) => [code, ...ids]);

const accepted = (extension: string) => [changing('AcceptedByDevice', { localUri: extension })];

describe('The check of rules', () => {
  it('finds nothing in good rules', () => {
    expect(
      codes([ruleOf({ conditions: [inState('Active', { localUri: '1001', direction: 'Incoming' })] })]),
    ).toEqual([]);
  });

  it('finds a profile that goes on for ever and that nothing stops', () => {
    const start = ruleOf({
      name: 'On',
      conditions: accepted('1'),
      actions: [profileAction('start', 'Endless')],
    });
    const stop = ruleOf({
      name: 'Off',
      conditions: accepted('2'),
      actions: [profileAction('stop', 'Endless')],
    });
    expect(codes([start])).toEqual([['neverStopped', 'On']]);
    expect(codes([start, stop])).toEqual([]);
    expect(codes([start, { ...stop, enabled: false }])).toEqual([['neverStopped', 'On']]);
    expect(
      codes([
        start,
        ruleOf({ name: 'All', conditions: accepted('2'), actions: [{ kind: 'siren.stopAll' }] }),
      ]),
    ).toEqual([]);
  });

  it('finds rules that can never hold', () => {
    const active = inState('Active', { localUri: '1001' });
    expect(codes([ruleOf({ conditions: [active, { ...active, invert: true }] })])).toEqual([
      ['contradiction', 'Alarm'],
    ]);
    expect(codes([ruleOf({ conditions: [inState('Idle'), inState('Active')] })])).toEqual([
      ['contradiction', 'Alarm'],
    ]);
    expect(codes([ruleOf({ conditions: [inState('Active'), inState('Ringing')] })])).toEqual([]);
    expect(
      codes([ruleOf({ conditions: [inState('Idle'), inState('Active', { localUri: '1001' })] })]),
    ).toEqual([['contradiction', 'Alarm']]);
    const registered = { kind: 'account.registration', account: 'office', state: 'registered' };
    const motion = { kind: 'mqtt.stateful', subscription: 's', topic: 'motion', payload: 'On' };
    const shows = { kind: 'siren.profile', profile: 'Alarm' };
    for (const [one, other, excludes] of [
      [registered, { ...registered, state: 'refused' }, true],
      [registered, { ...registered, state: 'refused', invert: true }, false],
      [registered, { ...registered, account: '', state: 'refused' }, false],
      [{ kind: 'io.digitalInput', port: 1 }, { kind: 'io.digitalInput', port: 1, state: 'unknown' }, true],
      [{ kind: 'io.digitalInput', port: 1 }, { kind: 'io.digitalInput', port: 2 }, false],
      [{ kind: 'mqtt.connection', state: 'lost' }, { kind: 'mqtt.connection', state: 'connected' }, true],
      [motion, { ...motion, payload: 'Off' }, true],
      [motion, { ...motion, payload: 'O', match: 'contains' }, false],
      [shows, { ...shows, state: 'present', invert: true }, true],
      [shows, { ...shows, state: 'present' }, false],
      [{ ...shows, invert: true }, { ...shows, state: 'present' }, false],
    ] as const) {
      const found = codes([
        ruleOf({ conditions: [one, other], actions: [{ kind: 'log.write', text: 'x' }] }),
      ]);
      expect([one, other, found]).toEqual([one, other, excludes ? [['contradiction', 'Alarm']] : []]);
    }
    expect(
      codes([
        ruleOf({
          conditions: [
            { ...active, trigger: true },
            { ...active, invert: true },
          ],
        }),
      ]),
    ).toEqual([]);
    expect(codes([ruleOf({ conditions: [inState('Active', { account: 'off' })] })])).toEqual([
      ['accountOff', 'Alarm'],
    ]);
    expect(
      codes([ruleOf({ conditions: [inState('Active', { account: 'office', localUri: '3000' })] })]),
    ).toEqual([['otherExtension', 'Alarm']]);
    expect(
      codes([ruleOf({ conditions: [inState('Active', { account: 'office', localUri: '2000-2005' })] })]),
    ).toEqual([]);
    const incoming = ruleOf({ conditions: [inState('Active', { direction: 'Incoming' })] });
    expect(codes([incoming], { takesIncomingCalls: false })).toEqual([['noIncomingCalls', 'Alarm']]);
    const night = ruleOf({ conditions: [{ kind: 'schedule.active', schedule: 'night' }] });
    expect(codes([night], { emptySchedules: ['night'] })).toEqual([['emptySchedule', 'Alarm']]);
  });

  it('finds rules that cancel each other by priority', () => {
    const other = profile('Other');
    const rules = [
      ruleOf({
        name: 'One',
        conditions: [inState('Active', { localUri: '1' })],
        actions: [profileAction('whileActive', 'Alarm')],
      }),
      ruleOf({
        name: 'Two',
        conditions: [inState('Active', { localUri: '2' })],
        actions: [profileAction('whileActive', 'Other')],
      }),
    ];
    expect(codes(rules, { profiles: [profile('Alarm'), other] })).toEqual([['samePriority', 'One', 'Two']]);
    expect(codes(rules, { profiles: [profile('Alarm'), { ...other, priority: 4 }] })).toEqual([]);
    const apart = [profile('Alarm', { hasSiren: false }), { ...other, hasLight: false }];
    expect(codes(rules, { profiles: apart })).toEqual([]);
  });

  it('finds duplicates and shadows', () => {
    const active = inState('Active', { localUri: '1001' });
    const actions = [profileAction('whileActive', 'Alarm')];
    const one = ruleOf({ name: 'One', conditions: [active], actions });
    const same = ruleOf({ name: 'Same', conditions: [active], actions });
    const narrow = ruleOf({ name: 'Narrow', conditions: [active, inState('Ringing')], actions });
    expect(codes([one, same])).toEqual([['duplicate', 'Same', 'One']]);
    expect(codes([narrow, one])).toEqual([['shadowed', 'Narrow', 'One']]);
  });

  it('finds circles, of one rule and of several', () => {
    const again = ruleOf({
      name: 'Again',
      conditions: [changing('Terminated')],
      actions: [{ kind: 'call.place', to: 'sip:a@b' }],
    });
    expect(codes([again])).toEqual([['circle', 'Again']]);
    const whenOne = { kind: 'siren.profile', profile: 'One', trigger: true };
    const ping = ruleOf({ name: 'Ping', conditions: [whenOne], actions: [profileAction('start', 'Two')] });
    const pong = ruleOf({
      name: 'Pong',
      conditions: [{ ...whenOne, profile: 'Two' }],
      actions: [profileAction('start', 'One')],
    });
    expect(codes([ping, pong])).toEqual([['circle', 'Ping', 'Pong']]);
    expect(codes([ping])).toEqual([]);
    const switching = (condition: number, port: number) =>
      ruleOf({
        name: 'Switch',
        conditions: [{ kind: 'io.virtualInput', port: condition }],
        actions: [{ kind: 'io.virtualInput', port, run: 'on' }],
      });
    expect(codes([switching(1, 1)])).toEqual([['circle', 'Switch']]);
    const telling = (recipient: string) =>
      ruleOf({
        name: 'Tell',
        conditions: [{ kind: 'io.virtualInput', port: 1 }],
        actions: [{ kind: 'notification.send', recipient }],
      });
    expect(codes([telling('self')])).toEqual([['circle', 'Tell']]);
    expect(codes([telling('camera')])).toEqual([]);
    expect(codes([switching(1, 2)])).toEqual([]);
  });

  it('finds a wait that swallows alarms', () => {
    const gate = ruleOf({
      name: 'Gate',
      waitSeconds: 30,
      conditions: accepted('1'),
      actions: [profileAction('start')],
    });
    const [finding] = lintRules([gate], context);
    expect(finding).toMatchObject({
      code: 'swallowingWait',
      severity: 'warning',
      text: expect.stringContaining('skips every event'),
    });
    const lasting = ruleOf({ name: 'Lasting', waitSeconds: 30, conditions: [inState('Active')] });
    expect(lintRules([lasting], context)).toMatchObject([{ code: 'swallowingWait', severity: 'note' }]);
  });

  it('tells the worst first, and what is missing', () => {
    const gate = ruleOf({
      name: 'Gate',
      waitSeconds: 30,
      conditions: accepted('1'),
      actions: [profileAction('start')],
    });
    const missing = [{ rule: 'Gate', what: 'The announcement "x" does not exist.' }];
    expect(codes([gate], { missing })).toEqual([
      ['missing', 'Gate'],
      ['swallowingWait', 'Gate'],
    ]);
  });
});
