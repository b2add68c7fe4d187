import * as fc from 'fast-check';
import { account, direction, id, port, profile } from './random-values.js';
import type { Action } from './rule-types.js';

export type RandomAction = Record<string, unknown> & { readonly kind: Action['kind'] };
type Fields = fc.Arbitrary<Record<string, unknown>>;

/** Most of what can last does so here: it is what has to be undone. */
const lasting = fc.constant('whileActive');
const run = (...once: string[]): fc.Arbitrary<string> => fc.oneof(fc.constantFrom(...once), lasting);
const address = fc.constant('sip:guard@pbx.example');
const seconds = fc.constantFrom(10, 60);
const text = fc.constantFrom('{{event}} by {{rule}}', 'Help');

const calls = fc.oneof(
  fc.constant({}),
  fc.record({ calls: fc.constant('fitting'), direction, account }, { requiredKeys: ['calls'] }),
);
const ownActivity = fc.oneof(
  fc.record({ run: run('on', 'off') }),
  fc.record({ run: fc.constant('on'), seconds }),
);

/** The names of the rules, which are their ids as well. */
export const RULE_NAMES = ['A', 'B', 'C', 'D', 'E', 'F'];

/** Of every kind what it has of its own. */
const FIELDS: Readonly<Record<Action['kind'], Fields>> = {
  'siren.profile': fc.record({ profile, run: run('start', 'stop') }),
  'siren.stopAll': fc.record({ function: fc.constantFrom('both', 'light', 'siren') }),
  'siren.maintenance': ownActivity,
  'siren.identify': ownActivity,
  'siren.healthCheck': fc.record({ silent: fc.boolean() }),
  'alarm.acknowledge': fc.record({ profile }, { requiredKeys: [] }),
  'call.place': fc.record({ run: run('once'), to: address }),
  'call.end': calls,
  'call.answer': calls,
  'call.sendDtmf': fc.record({ digits: fc.constantFrom('5', '*9#') }),
  'sip.message': fc.record({ to: address, text }),
  'mqtt.publish': fc.oneof(
    fc.record({ topic: id, payload: text }),
    fc.record({ topic: id, payload: text, endPayload: fc.constantFrom('over', '') }),
  ),
  'notification.send': fc.record({ recipient: id, text }),
  'rule.enable': fc.record({ rule: fc.constantFrom(...RULE_NAMES), enabled: fc.boolean() }),
  'log.write': fc.record({ level: fc.constantFrom('info', 'warn', 'error'), text }),
  'io.output': fc.record({ port, run: run('on', 'off', 'pulse') }),
  'io.virtualInput': fc.oneof(
    fc.record({ port, run: run('on', 'off') }),
    fc.record({ port, run: fc.constant('forSeconds'), seconds }),
  ),
};

/** Every kind that is made up here. */
export const ACTION_KINDS = Object.keys(FIELDS) as Action['kind'][];

const action: fc.Arbitrary<RandomAction> = fc.oneof(
  ...ACTION_KINDS.map((kind) => FIELDS[kind].map((fields) => ({ kind, ...fields }))),
);

/** An action that is done at once. */
export const momentaryAction: fc.Arbitrary<RandomAction> = action.filter(
  (given) => given['run'] !== 'whileActive' && given['endPayload'] === undefined,
);

/** An action for the call that moved its rule, or for others. */
export const callAction: fc.Arbitrary<RandomAction> = fc.oneof(
  ...(['call.end', 'call.answer', 'call.sendDtmf'] as const).map((kind) =>
    FIELDS[kind].map((fields) => ({ kind, ...fields })),
  ),
);

/** The kinds that can go on while their rule is active, each with what makes it do so. */
const LASTING = {
  'siren.profile': { run: 'whileActive' },
  'siren.maintenance': { run: 'whileActive' },
  'siren.identify': { run: 'whileActive' },
  'call.place': { run: 'whileActive' },
  'io.output': { run: 'whileActive' },
  'io.virtualInput': { run: 'whileActive' },
  'mqtt.publish': { endPayload: 'over' },
} as const;

export const LASTING_KINDS = Object.keys(LASTING) as (keyof typeof LASTING)[];

/** An action that goes on while its rule is active. */
export const lastingAction: fc.Arbitrary<RandomAction> = fc.oneof(
  ...LASTING_KINDS.map((kind) =>
    FIELDS[kind].map(({ seconds: _never, ...fields }) => ({ kind, ...fields, ...LASTING[kind] })),
  ),
);
