import { z } from 'zod';
import type { DeviceEventType } from '../../events/device-event.js';
import { accountRegistrationCondition } from './account-registration.js';
import { callDtmfCondition } from './call-dtmf.js';
import { callStateChangeCondition } from './call-state-change.js';
import { callStateCondition } from './call-state.js';
import type { ConditionKind } from './condition-kind.js';

/** Every condition there is: a new kind is its file and a line in each of these two lists. */
const KINDS: readonly ConditionKind<Condition>[] = [
  callStateCondition,
  callStateChangeCondition,
  callDtmfCondition,
  accountRegistrationCondition,
];

export const conditionSchema = z.discriminatedUnion(
  'kind',
  [
    callStateCondition.schema,
    callStateChangeCondition.schema,
    callDtmfCondition.schema,
    accountRegistrationCondition.schema,
  ],
  { error: unknownKind },
);

export type Condition = z.infer<typeof conditionSchema>;

const KIND_OF = new Map<string, ConditionKind<Condition>>(KINDS.map((kind) => [kind.kind, kind]));

const TOPICS = new Set<DeviceEventType>(KINDS.flatMap((kind) => kind.topics));

/** Whether there is a kind of condition that listens to such events. */
export function isConditionTopic(topic: DeviceEventType): boolean {
  return TOPICS.has(topic);
}

/** The kind of a condition that passed the schema. */
export function conditionKindOf(condition: Pick<Condition, 'kind'>): ConditionKind<Condition> {
  const kind = KIND_OF.get(condition.kind);
  if (kind === undefined) throw new TypeError(unknownKind());
  return kind;
}

function unknownKind(): string {
  return `There is no such kind of condition; there are ${[...KIND_OF.keys()].join(', ')}.`;
}
