import { z } from 'zod';
import type { ActionKind } from './action-kind.js';
import { alarmAcknowledgeAction } from './alarm-acknowledge.js';
import { mqttPublishAction } from './mqtt-publish.js';
import { sipMessageAction } from './sip-message.js';
import { notificationSendAction } from './notification-send.js';
import { sirenProfileAction } from './siren-profile.js';

/** Every action there is: a new kind is its file and a line in each of these two lists. */
const KINDS: readonly ActionKind<Action>[] = [
  sirenProfileAction,
  alarmAcknowledgeAction,
  sipMessageAction,
  mqttPublishAction,
  notificationSendAction,
];

export const actionSchema = z.discriminatedUnion(
  'kind',
  [
    sirenProfileAction.schema,
    alarmAcknowledgeAction.schema,
    sipMessageAction.schema,
    mqttPublishAction.schema,
    notificationSendAction.schema,
  ],
  {
    error: unknownKind,
  },
);

export type Action = z.infer<typeof actionSchema>;

const KIND_OF = new Map<string, ActionKind<Action>>(KINDS.map((kind) => [kind.kind, kind]));

/** The kind of an action that passed the schema. */
export function actionKindOf(action: Pick<Action, 'kind'>): ActionKind<Action> {
  const kind = KIND_OF.get(action.kind);
  if (kind === undefined) throw new TypeError(unknownKind());
  return kind;
}

function unknownKind(): string {
  return `There is no such kind of action; there are ${[...KIND_OF.keys()].join(', ')}.`;
}
