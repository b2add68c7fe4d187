import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PublishedEvent } from '../../../src/events/device-event.js';
import type { DryRun } from '../../../src/rules/dry-run.js';
import type { Explanation } from '../../../src/rules/explanation.js';
import type { Finding } from '../../../src/rules/lint/finding.js';
import { TestDevice } from '../../support/test-device.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { WireCall } from '../../support/wire-call.js';

let siren: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
});

afterEach(() => siren.close());

async function ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await siren.api(method, path, body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body as Answer;
}

describe('A person who wonders why nothing happened', () => {
  it('finds the event, and what each rule made of it', async () => {
    const phone = await UdpPeer.open(siren.sipPort);
    const call = await WireCall.establish(phone, '1009');
    await call.bye();
    const events = await ask<PublishedEvent[]>('GET', '/rule-events?type=call.state&limit=2');
    expect(events.map(({ event }) => event)).toMatchObject([{ state: 'Idle' }, { state: 'Active' }]);
    const { sequence } = events[1]!;
    const earlier = await ask<PublishedEvent[]>('GET', `/rule-events?before=${sequence}`);
    expect(earlier.every((one) => one.sequence < sequence)).toBe(true);
    const why = await ask<Explanation[]>('GET', `/rule-decisions?eventSequence=${sequence}`);
    expect(why.map(({ ruleName, outcome }) => [ruleName, outcome])).toEqual([
      ['Evacuate on 1001', 'notConcerned'],
      ['Doorbell on 1002', 'notConcerned'],
    ]);
    expect(why[0]?.text).toContain('expected 1001');
    await phone.close();
  });

  it('is told how long each step took', async () => {
    const phone = await UdpPeer.open(siren.sipPort);
    const call = await WireCall.establish(phone, '1001');
    const [activated] = (await ask<Explanation[]>('GET', '/rule-decisions')).filter(
      ({ outcome }) => outcome === 'activated',
    );
    expect(activated?.decidedAfterMs).toBeGreaterThanOrEqual(0);
    expect(activated?.actions).toMatchObject([
      { text: 'starts profile Evacuation', state: 'done', endedAfterMs: expect.any(Number) },
    ]);
    await call.bye();
    await phone.close();
  });
});

describe('A dry run', () => {
  it('answers what would happen, and nothing happens', async () => {
    const question = {
      call: { from: 'sip:guard@10.0.0.5', to: '1001', state: 'Active' },
      at: '2026-12-06T03:00:00+01:00',
    };
    const answer = await ask<DryRun>('POST', '/rule-dry-run', question);
    expect(answer.at).toBe(Date.parse(question.at));
    expect(answer.actions).toEqual(['Evacuate on 1001: starts profile Evacuation']);
    expect(answer.rules).toMatchObject([{ outcome: 'activated' }, { outcome: 'notConcerned' }]);
    expect(siren.device.siren.status().light).toEqual([]);
    expect(siren.events('activity')).toEqual([]);
  });

  it('knows how schedules will be then, and the check finds one that will not come again', async () => {
    const schedule = {
      id: 'night',
      name: 'Night',
      start: '2026-12-06T22:00:00',
      end: '2026-12-07T06:00:00',
      kind: 'interval',
      recurrence: { repeat: 'never' },
    };
    expect(await siren.api('POST', '/schedules', schedule)).toMatchObject({ status: 201 });
    await siren.api('PATCH', '/device', { timeZone: 'Europe/Berlin' });
    const rule = {
      id: 'guard',
      name: 'Guard',
      conditions: [
        { kind: 'call.state', state: 'Active', localUri: '1003' },
        { kind: 'schedule.active', schedule: 'night' },
      ],
      actions: [{ kind: 'siren.profile', profile: 'Intrusion', run: 'whileActive' }],
    };
    expect(await siren.api('POST', '/rules', rule)).toMatchObject({ status: 201 });
    const at = (time: string) => ask<DryRun>('POST', '/rule-dry-run', { call: { to: '1003' }, at: time });
    expect((await at('2026-12-07T03:00:00+01:00')).actions).toEqual(['Guard: starts profile Intrusion']);
    expect((await at('2026-12-07T07:00:00+01:00')).actions).toEqual([]);
    await siren.api('PUT', '/schedules/night', {
      ...schedule,
      start: '2020-01-01T22:00:00',
      end: '2020-01-02T06:00:00',
    });
    expect(await ask<Finding[]>('GET', '/rule-lint')).toMatchObject([
      { code: 'emptySchedule', rules: ['guard'] },
    ]);
  });

  it('tries out rules that are not saved, and refuses wrong ones with the place', async () => {
    const rule = {
      name: 'New',
      conditions: [{ kind: 'call.state', state: 'Active', localUri: '1005' }],
      actions: [{ kind: 'siren.profile', profile: 'Doorbell', run: 'whileActive' }],
    };
    const answer = await ask<DryRun>('POST', '/rule-dry-run', { call: { to: '1005' }, rules: [rule] });
    expect(answer.actions).toEqual(['New: starts profile Doorbell']);
    const wrong = { call: { to: '1005', state: 'Sleeping' }, rules: [{ ...rule, name: '' }] };
    const { status, body } = await siren.api('POST', '/rule-dry-run', wrong);
    expect(status).toBe(422);
    expect((body as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual([
      'call.state',
      'rules[0].name',
    ]);
    expect(await siren.api('POST', '/rule-dry-run', {})).toMatchObject({ status: 422 });
  });
});

describe('The check of rules', () => {
  it('finds nothing wrong with those of the demonstration', async () => {
    expect(await ask<Finding[]>('GET', '/rule-lint')).toEqual([]);
  });

  it('looks at a rule before it is saved, and at saved ones', async () => {
    const call = { kind: 'call.place', to: 'sip:1@10.0.0.1', play: { kind: 'announcement', name: 'gone' } };
    const rule = {
      name: 'Call',
      waitSeconds: 5,
      conditions: [{ kind: 'call.state', state: 'Active', localUri: '1005', account: 'peer-to-peer' }],
      actions: [{ kind: 'siren.profile', profile: 'Doorbell', run: 'start' }, call],
    };
    const codes = (findings: Finding[]) => findings.map(({ code }) => code);
    expect(codes(await ask<Finding[]>('POST', '/rule-lint', rule))).toEqual([
      'missing',
      'circle',
      'swallowingWait',
    ]);
    expect(await siren.api('POST', '/rules', rule)).toMatchObject({ status: 201 });
    expect(codes(await ask<Finding[]>('GET', '/rule-lint'))).toEqual(['missing', 'circle', 'swallowingWait']);
    await siren.api('PATCH', '/sip', { allowIncomingCalls: false });
    expect(codes(await ask<Finding[]>('GET', '/rule-lint'))).toContain('noIncomingCalls');
  });
});

describe('The limit of rules', () => {
  it('is a setting', async () => {
    await ask('PATCH', '/limits', { rules: 2 });
    const rule = {
      name: 'Third',
      conditions: [{ kind: 'call.state', state: 'Active' }],
      actions: [{ kind: 'siren.stopAll' }],
    };
    expect(await siren.api('POST', '/rules', rule)).toMatchObject({
      status: 409,
      body: { code: 'LIMIT_REACHED', detail: expect.stringContaining('There can be 2 rules') },
    });
    await ask('PATCH', '/limits', { rules: 300 });
    expect(await siren.api('POST', '/rules', rule)).toMatchObject({ status: 201 });
    expect(await siren.api('PATCH', '/limits', { rules: 2 })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'limits.rules' }] },
    });
  });
});
