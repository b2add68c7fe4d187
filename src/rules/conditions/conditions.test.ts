import { describe, expect, it } from '@jest/globals';
import { callOf } from '../../../test/support/rules/call-events.js';
import { profileAction } from '../../../test/support/rules/rule-of.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import type { AccountId, DtmfSequenceId, RuleId } from '../../base/ids.js';
import { silentLog } from '../../base/log.js';
import type { DeviceEvent, RegistrationState } from '../../events/device-event.js';
import { EventBus } from '../../events/event-bus.js';
import { ruleSchema, type Rule } from '../rule.js';
import { Rules } from '../rules.js';

/** Rules on a bus; the kinds of what they wanted are written down. */
function bench(...rules: Rule[]) {
  const clock = new FakeClock();
  const bus = new EventBus({ clock, log: silentLog });
  const wanted: string[] = [];
  const engine = new Rules({
    bus,
    clock,
    log: silentLog,
    rules,
    perform: (intent) => void wanted.push(intent.kind),
  });
  return {
    engine,
    publish: (event: DeviceEvent) => {
      bus.publish(event);
      return wanted.splice(0);
    },
  };
}

const ruleWith = (condition: unknown, run: 'start' | 'whileActive' = 'start'): Rule =>
  ruleSchema.parse({
    name: 'Alarm',
    conditions: [condition],
    actions: [{ kind: 'siren.profile', profile: 'Alarm', run }],
  });

const CALL = callOf('1001');

const key = (keys: string, call = CALL): DeviceEvent => ({
  ...call,
  type: 'call.dtmf',
  digit: keys.slice(-1),
  method: 'rtp',
  keys,
});

const sequence = (id: string, call = CALL): DeviceEvent => ({
  ...call,
  type: 'call.dtmfSequence',
  sequenceId: id as DtmfSequenceId,
  sequence: '42#',
  description: '',
});

const registration = (account: string, state: RegistrationState): DeviceEvent => ({
  type: 'account.registration',
  account: account as AccountId,
  state,
});

describe('the condition Call > DTMF', () => {
  it('is met by its sequence in a call that fits', () => {
    const { publish, engine } = bench(ruleWith({ kind: 'call.dtmf', sequence: 'alarm', localUri: '1001' }));
    expect(publish(sequence('other'))).toEqual([]);
    expect(publish(sequence('alarm', callOf('other', { localUri: 'sip:1002@192.168.0.90' })))).toEqual([]);
    expect(publish(sequence('alarm'))).toEqual(['siren.start']);
    expect(engine.why({ limit: 1 })[0]?.text).toContain('the DTMF sequence alarm is dialled in a call');
    engine.close();
  });

  it('is met by keys that no setting knows, each key once', () => {
    const { publish, engine } = bench(ruleWith({ kind: 'call.dtmf', digits: '1a' }));
    expect(publish(key('1'))).toEqual([]);
    expect(publish(key('91A'))).toEqual(['siren.start']);
    expect(publish(key('91A1'))).toEqual([]);
    engine.close();
    const twice = bench(ruleWith({ kind: 'call.dtmf', digits: '11' }));
    const met = ['1', '11', '111', '1111'].map((keys) => twice.publish(key(keys)).length);
    expect(met).toEqual([0, 1, 0, 1]);
    twice.engine.close();
  });

  it('says why other keys did not meet it', () => {
    const { publish, engine } = bench(ruleWith({ kind: 'call.dtmf', digits: '12' }));
    publish(key('13'));
    const why = engine.why({ rule: 'Alarm' as RuleId, callId: CALL.callId });
    expect(JSON.stringify(why)).not.toContain('siren.start');
    publish(key('12'));
    expect(engine.why({ limit: 1 })[0]?.conditions[0]?.reason[0]).toEqual({
      field: 'keys',
      expected: '12',
      actual: '12',
      fits: true,
    });
    engine.close();
  });

  it('asks for a sequence or for digits, never for both or none, and cannot be inverted', () => {
    const isAccepted = (condition: object) =>
      ruleSchema.safeParse({
        name: 'Alarm',
        conditions: [{ kind: 'call.dtmf', ...condition }],
        actions: [profileAction('start')],
      }).success;
    expect(isAccepted({ sequence: 'a' })).toBe(true);
    expect(isAccepted({})).toBe(false);
    expect(isAccepted({ sequence: 'a', digits: '1' })).toBe(false);
    expect(isAccepted({ digits: '1x' })).toBe(false);
    expect(isAccepted({ digits: '1', invert: true })).toBe(false);
  });
});

describe('the condition Account > Registration', () => {
  it('holds while the account is in the state', () => {
    const { publish, engine } = bench(
      ruleWith({ kind: 'account.registration', account: 'office', state: 'unreachable' }, 'whileActive'),
    );
    expect(publish(registration('office', 'registering'))).toEqual([]);
    expect(publish(registration('other', 'unreachable'))).toEqual([]);
    expect(publish(registration('office', 'unreachable'))).toEqual(['siren.start']);
    expect(publish(registration('office', 'unreachable'))).toEqual([]);
    expect(publish(registration('office', 'registered'))).toEqual(['siren.release']);
    engine.close();
  });

  it('counts accounts where it names none, and begins anew with one more', () => {
    const { publish, engine } = bench(
      ruleWith({ kind: 'account.registration', state: 'refused' }, 'whileActive'),
    );
    expect(publish(registration('one', 'refused'))).toEqual(['siren.start']);
    expect(publish(registration('two', 'refused'))).toEqual(['siren.start']);
    expect(publish(registration('one', 'registered'))).toEqual([]);
    expect(publish(registration('two', 'registered'))).toEqual(['siren.release']);
    engine.close();
  });

  it('knows what was before it was saved, and can be inverted', () => {
    const { publish, engine } = bench();
    publish(registration('office', 'registered'));
    engine.setRules([
      ruleWith({ kind: 'account.registration', state: 'registered', account: 'office' }, 'whileActive'),
    ]);
    expect(engine.status()[0]?.active).toBe(true);
    engine.setRules([
      ruleWith(
        { kind: 'account.registration', state: 'registered', account: 'office', invert: true },
        'whileActive',
      ),
    ]);
    expect(publish(registration('office', 'untrusted'))).toEqual([
      'siren.start',
      'siren.release',
      'siren.start',
    ]);
    engine.close();
  });
});
