import * as fc from 'fast-check';
import type { AccountId, CallId, DtmfSequenceId, ProfileName } from '../../../src/base/ids.js';
import type { CallIdentity, DeviceEvent } from '../../../src/events/device-event.js';
import { account, blockReason, callState, id, port, portState } from './random-values.js';
import { profile, reason, registrationState, topic, uri } from './random-values.js';
import type { Condition } from './rule-types.js';

/** Few calls, so that they meet; most keep their addresses, some do not. */
const call: fc.Arbitrary<CallIdentity> = fc.integer({ min: 0, max: 4 }).chain((index) =>
  fc.record({
    callId: fc.constant(`call-${index}` as CallId),
    direction: fc.constant(index % 2 === 0 ? ('Incoming' as const) : ('Outgoing' as const)),
    account: fc.constant((index < 3 ? 'p2p' : 'office') as AccountId),
    localUri: fc.oneof({ weight: 9, arbitrary: fc.constant(`sip:100${(index % 3) + 1}@pbx.example`) }, uri),
    remoteUri: fc.constant(`sip:100${((index + 1) % 3) + 1}@pbx.example`),
  }),
);
const method = fc.constant('rtp' as const);
const state = callState.map((one) => ({ type: 'call.state' as const, state: one }));
const change = reason.map((one) => ({ type: 'call.stateChange' as const, reason: one }));
const key = fc
  .stringMatching(/^[12]{1,5}$/)
  .map((keys) => ({ type: 'call.dtmf' as const, digit: keys.slice(-1), keys }));
const sequence = id.map((sequenceId) => ({
  type: 'call.dtmfSequence' as const,
  sequenceId: sequenceId as DtmfSequenceId,
  sequence: '12',
  description: '',
}));
const said = fc.constantFrom('help', 'Help me', ' HELP', 'all clear', 'not all clear yet', '');

const payload = fc.oneof(
  fc.constantFrom('On', 'Off', 'a person', '', '{', 'null'),
  fc.constantFrom('21.5', '7', ' 2e1 '),
  fc
    .record({
      state: fc.constantFrom('On', 20, true, null),
      after: fc.record({ score: fc.constantFrom(0.4, 0.5, '0.9') }),
    })
    .map((body) => JSON.stringify(body)),
  fc
    .constantFrom([{ label: 'person' }, 21.5], [{ label: 'cat' }], [])
    .map((list) => JSON.stringify({ list })),
);

/** What there may be to see and hear, each with its number: profiles, maintenance and something else of the device. */
const ACTIVITIES = [
  { function: 'light' as const, profile: 'One' as ProfileName, priority: 3 },
  { function: 'siren' as const, profile: 'One' as ProfileName, priority: 3 },
  { function: 'light' as const, profile: 'Two' as ProfileName, priority: 4 },
  { function: 'light' as const, purpose: 'maintenance' as const, priority: 11 },
  { function: 'siren' as const, purpose: 'maintenance' as const, priority: 11 },
  { function: 'siren' as const, purpose: 'identify' as const, priority: 12 },
];
const activity = fc
  .tuple(
    fc.nat(ACTIVITIES.length - 1),
    fc.constantFrom(
      { change: 'started' as const, running: true },
      { change: 'started' as const, running: false },
      { change: 'interrupted' as const, running: false },
      { change: 'resumed' as const, running: true },
      { change: 'ended' as const, running: false },
      { change: 'ended' as const, running: false },
    ),
  )
  .map(([number, now]) => ({
    type: 'activity' as const,
    activityId: number,
    ...ACTIVITIES[number]!,
    ...now,
    cause: '',
  }));

const of = <Type extends DeviceEvent['type'], Fields>(type: Type, fields: fc.Arbitrary<Fields>) =>
  fields.map((values) => ({ type, name: '', ...values }));

const active = fc.boolean();
const failing = fc.constantFrom('failing' as const, 'ok' as const);

/** Of every kind of condition the events that can meet it or end it. What is told may be news or not. */
const EVENTS: Readonly<Record<Condition['kind'], fc.Arbitrary<DeviceEvent>>> = {
  'call.state': fc.tuple(call, state).map(([party, one]) => ({ ...party, ...one })),
  'call.stateChange': fc.tuple(call, change).map(([party, one]) => ({ ...party, ...one })),
  'call.dtmf': fc.oneof(
    fc.tuple(call, key, method).map(([party, one, how]) => ({ ...party, ...one, method: how })),
    fc.tuple(call, sequence).map(([party, one]) => ({ ...party, ...one })),
  ),
  'call.message': fc.tuple(call, said, fc.boolean()).map(([{ callId, ...party }, text, isWithinCall]) => ({
    type: 'message.received' as const,
    messageId: 'm',
    contentType: 'text/plain',
    text,
    ...party,
    ...(isWithinCall && { callId }),
  })),
  'account.registration': of(
    'account.registration',
    fc.record({ account: account as fc.Arbitrary<AccountId>, state: registrationState }),
  ),
  'io.digitalInput': of(
    'input.digital',
    fc.record({
      port,
      direction: fc.constantFrom('input' as const, 'input' as const, 'input' as const, 'output' as const),
      state: portState,
    }),
  ),
  'io.virtualInput': of('input.virtual', fc.record({ input: port, active })),
  'io.manualTrigger': of('trigger.manual', fc.record({ trigger: id, active })),
  'schedule.active': of('schedule', fc.record({ schedule: id, active })),
  'schedule.pulse': of('pulse', fc.record({ schedule: id })),
  'siren.profile': activity,
  'siren.activity': activity,
  'siren.maintenance': activity,
  'healthCheck.failed': of(
    'healthCheck',
    fc.record({
      state: fc.constantFrom(
        'started' as const,
        'passed' as const,
        'failed' as const,
        'interrupted' as const,
      ),
      silent: fc.boolean(),
      failed: fc.constant([]),
    }),
  ),
  'output.failing': of('output.state', fc.record({ output: id, kind: fc.constant('audio'), state: failing })),
  'recipient.failing': of(
    'recipient.state',
    fc.record({ recipient: id, kind: fc.constant('tcp'), state: failing }),
  ),
  'heartbeat.lost': of(
    'heartbeat',
    fc.record({
      heartbeat: id,
      state: fc.constantFrom('waiting' as const, 'alive' as const, 'lost' as const, 'lost' as const),
    }),
  ),
  'system.ready': of('system', fc.record({ state: fc.constantFrom('ready' as const, 'stopping' as const) })),
  'network.lost': of(
    'network',
    fc.record({ state: fc.constantFrom('up' as const, 'lost' as const), addresses: fc.constant([]) }),
  ),
  'storage.full': of(
    'storage',
    fc.record({
      state: fc.constantFrom('ok' as const, 'full' as const),
      usedPercent: fc.nat(100),
      freeBytes: fc.constant(1),
    }),
  ),
  'certificate.expiring': of(
    'certificate',
    fc.record({
      certificate: id,
      state: fc.constantFrom('valid' as const, 'expiring' as const, 'expired' as const, 'removed' as const),
      daysLeft: fc.constantFrom(-1, 0, 9, 10, 29, 30),
      validTo: fc.constant(0),
    }),
  ),
  'alarm.state': of(
    'alarm',
    fc.record({
      alarmId: id,
      profile: profile as fc.Arbitrary<ProfileName>,
      change: fc.constantFrom('raised' as const, 'acknowledged' as const, 'cleared' as const),
      state: fc.constantFrom(
        'unacknowledged' as const,
        'acknowledged' as const,
        'unasked' as const,
        'cleared' as const,
      ),
      priority: fc.constant(3),
      cause: fc.constant(''),
    }),
  ),
  'security.sourceBlocked': of(
    'source.blocked',
    fc.record({
      address: fc.constant('192.0.2.9'),
      change: fc.constantFrom('blocked' as const, 'blocked' as const, 'released' as const),
      reason: blockReason,
    }),
  ),
  'mqtt.stateful': fc.oneof(
    { weight: 5, arbitrary: of('mqtt.state', fc.record({ subscription: id, topic, payload })) },
    of('mqtt.state', fc.record({ subscription: id, topic, payload, isGone: fc.constant(true as const) })),
  ),
  'mqtt.stateless': of(
    'mqtt.message',
    fc.record({
      subscription: id,
      topic,
      payload,
      retained: fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  ),
  'mqtt.connection': of(
    'mqtt.connection',
    fc.record(
      {
        state: fc.constantFrom(
          'off' as const,
          'connecting' as const,
          'connected' as const,
          'waiting' as const,
          'failed' as const,
        ),
        broker: fc.constant('mqtt://broker.example'),
        error: fc.constant('refused'),
      },
      { requiredKeys: ['state', 'broker'] },
    ),
  ),
};

/** An event that a condition of the kind waits for. */
export function eventFor(kind: Condition['kind']): fc.Arbitrary<DeviceEvent> {
  return EVENTS[kind];
}
