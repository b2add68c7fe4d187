import { z } from 'zod';
import type { ActionKind } from './action-kind.js';
import { alarmAcknowledgeAction } from './alarm-acknowledge.js';
import { mqttPublishAction } from './mqtt-publish.js';
import { digitalOutputAction } from './io-output.js';
import { virtualInputAction } from './io-virtual-input.js';
import { sipMessageAction } from './sip-message.js';
import { notificationSendAction } from './notification-send.js';
import { callAnswerAction } from './call-answer.js';
import { callDtmfAction } from './call-dtmf.js';
import { callEndAction } from './call-end.js';
import { callPlaceAction } from './call-place.js';
import { logWriteAction } from './log-write.js';
import { ruleEnableAction } from './rule-enable.js';
import { sirenHealthCheckAction } from './siren-health-check.js';
import { sirenIdentifyAction } from './siren-identify.js';
import { sirenMaintenanceAction } from './siren-maintenance.js';
import { sirenProfileAction } from './siren-profile.js';
import { sirenStopAllAction } from './siren-stop-all.js';

/** Every action there is: a new kind is its file and a line in each of these two lists. */
const KINDS: readonly ActionKind<Action>[] = [
  sirenProfileAction,
  sirenStopAllAction,
  sirenMaintenanceAction,
  sirenIdentifyAction,
  sirenHealthCheckAction,
  alarmAcknowledgeAction,
  callPlaceAction,
  callEndAction,
  callAnswerAction,
  callDtmfAction,
  sipMessageAction,
  mqttPublishAction,
  notificationSendAction,
  ruleEnableAction,
  logWriteAction,
  digitalOutputAction,
  virtualInputAction,
];

export const actionSchema = z.discriminatedUnion(
  'kind',
  [
    sirenProfileAction.schema,
    sirenStopAllAction.schema,
    sirenMaintenanceAction.schema,
    sirenIdentifyAction.schema,
    sirenHealthCheckAction.schema,
    alarmAcknowledgeAction.schema,
    callPlaceAction.schema,
    callEndAction.schema,
    callAnswerAction.schema,
    callDtmfAction.schema,
    sipMessageAction.schema,
    mqttPublishAction.schema,
    notificationSendAction.schema,
    ruleEnableAction.schema,
    logWriteAction.schema,
    digitalOutputAction.schema,
    virtualInputAction.schema,
  ],
  { error: unknownKind },
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
