import * as fc from 'fast-check';
import { account, blockReason, callState, direction, id, port, portState } from './random-values.js';
import { profile, reason, registrationState, topic, uri } from './random-values.js';
import type { Condition } from './rule-types.js';

type Fields = fc.Arbitrary<Record<string, unknown>>;

/** Some of these, by chance; what is left out asks for any. */
const some = (fields: Record<string, fc.Arbitrary<unknown>>): Fields =>
  fc.record(fields, { requiredKeys: [] });

const all = (...parts: Fields[]): Fields =>
  fc.tuple(...parts).map((fields) => Object.assign({}, ...fields) as Record<string, unknown>);

const address = fc.oneof(
  fc.constantFrom('1001', '1002', '1003', '*', '', '1001-1002', '1002-1900', '1001,1003'),
  uri,
  fc.constantFrom('1003,sip:1001@pbx.example', 'sip:1001@*', 'sip:*@pbx.example', 'sip:*@host.example'),
);
const calls = fc.oneof(
  fc.constant({}),
  fc.record({ localUri: address }),
  some({ direction, account, localUri: address, remoteUri: address }),
);

const keys = fc.oneof(
  fc.constantFrom('1', '2', '11', '12', '121').map((digits) => ({ digits })),
  id.map((sequence) => ({ sequence })),
);
const text = fc.oneof(
  fc.constant({}),
  fc.record({
    text: fc.constantFrom('help', 'HELP ', 'all clear'),
    match: fc.constantFrom('exact', 'contains'),
  }),
  fc.record({
    text: fc.constantFrom('^help', 'clear$', 'all|help me', 'l{2}', 'h.+e'),
    match: fc.constant('expression'),
  }),
);

const sign = fc.constantFrom('<', '<=', '=', '>=', '>');
const asText = (...texts: string[]) =>
  fc.record({ payload: fc.constantFrom(...texts), match: fc.constantFrom('equals', 'contains') });
const asPattern = (...patterns: string[]) =>
  fc.record({ payload: fc.constantFrom(...patterns), match: fc.constant('pattern') });
const asNumber = (...numbers: string[]) => fc.record({ payload: fc.constantFrom(...numbers), match: sign });
const at = (path: string, ...compared: Fields[]) =>
  fc.oneof(fc.constant({}), ...compared).map((fields) => ({ path, ...fields }));
const payload = all(
  fc.record({ subscription: id }),
  some({ topic }),
  fc.oneof(
    fc.constant({}),
    asText('On', 'Off', 'person', '21.5', ''),
    asPattern('^On$', 'per?son|cat', '\\d+', 'O[nf]{1,2}'),
    { weight: 2, arbitrary: asNumber('21.5', '7', ' 20 ') },
    at('state', asText('On', 'true', 'null'), asNumber('20')),
    at('after.score', asNumber('0.5', '0.9'), asPattern('^0')),
    at('list[0].label', asText('person', 'cat'), asPattern('^.a')),
    at('list[1]', asNumber('21.5')),
  ),
);

/** Of every kind what it has of its own, but for being a trigger or inverted. */
const FIELDS: Readonly<Record<Condition['kind'], Fields>> = {
  'call.state': all(fc.record({ state: callState }), calls),
  'call.stateChange': all(fc.record({ reason }), calls),
  'call.dtmf': all(keys, calls),
  'call.message': all(text, some({ ignoreCase: fc.boolean() }), calls),
  'account.registration': all(fc.record({ state: registrationState }), some({ account })),
  'io.digitalInput': some({ port, state: portState }),
  'io.virtualInput': some({ port }),
  'io.manualTrigger': some({ manualTrigger: id }),
  'schedule.active': some({ schedule: id }),
  'schedule.pulse': fc.record({ schedule: id }),
  'siren.profile': all(fc.record({ profile }), some({ state: fc.constantFrom('running', 'present') })),
  'siren.activity': some({ function: fc.constantFrom('light', 'siren', 'either') }),
  'siren.maintenance': fc.constant({}),
  'healthCheck.failed': fc.constant({}),
  'output.failing': some({ output: id }),
  'recipient.failing': some({ recipient: id }),
  'heartbeat.lost': some({ heartbeat: id }),
  'system.ready': fc.constant({}),
  'network.lost': fc.constant({}),
  'storage.full': fc.constant({}),
  'certificate.expiring': some({ certificate: id, days: fc.constantFrom(0, 10) }),
  'alarm.state': all(
    fc.record({ state: fc.constantFrom('unacknowledged', 'acknowledged') }),
    some({ profile }),
  ),
  'security.sourceBlocked': some({ reason: blockReason }),
  'mqtt.stateful': payload,
  'mqtt.stateless': payload,
  'mqtt.connection': fc.record({ state: fc.constantFrom('connected', 'lost') }),
};

export type RandomCondition = Record<string, unknown> & { readonly kind: Condition['kind'] };

/** Any condition of the kind, by itself: no trigger and not inverted. */
export function conditionOf(kind: Condition['kind']): fc.Arbitrary<RandomCondition> {
  return FIELDS[kind].map((fields) => ({ kind, ...fields }));
}

/** Every kind that is made up here. */
export const CONDITION_KINDS = Object.keys(FIELDS) as Condition['kind'][];
