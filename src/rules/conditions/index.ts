import { z } from 'zod';
import type { DeviceEventType } from '../../events/device-event.js';
import { accountRegistrationCondition } from './account-registration.js';
import { alarmStateCondition } from './alarm-state.js';
import { callDtmfCondition } from './call-dtmf.js';
import { callMessageCondition } from './call-message.js';
import { callStateChangeCondition } from './call-state-change.js';
import { callStateCondition } from './call-state.js';
import type { ConditionKind } from './condition-kind.js';
import { activityCondition } from './siren-activity.js';
import { certificateExpiringCondition } from './certificate-expiring.js';
import { digitalInputCondition } from './io-digital-input.js';
import { healthCheckFailedCondition } from './health-check-failed.js';
import { heartbeatLostCondition } from './heartbeat-lost.js';
import { maintenanceCondition } from './siren-maintenance.js';
import { manualTriggerCondition } from './io-manual-trigger.js';
import { networkLostCondition } from './network-lost.js';
import { outputFailingCondition } from './output-failing.js';
import { recipientFailingCondition } from './recipient-failing.js';
import { profileCondition } from './siren-profile.js';
import { pulseCondition } from './schedule-pulse.js';
import { scheduleCondition } from './schedule-active.js';
import { storageFullCondition } from './storage-full.js';
import { systemReadyCondition } from './system-ready.js';
import { virtualInputCondition } from './io-virtual-input.js';
import { securitySourceBlockedCondition } from './security-source-blocked.js';
import { mqttConnectionCondition } from './mqtt-connection.js';
import { mqttStatefulCondition } from './mqtt-stateful.js';
import { mqttStatelessCondition } from './mqtt-stateless.js';

/** Every condition there is: a new kind is its file and a line in each of these two lists. */
const KINDS: readonly ConditionKind<Condition>[] = [
  callStateCondition,
  callStateChangeCondition,
  callDtmfCondition,
  callMessageCondition,
  accountRegistrationCondition,
  digitalInputCondition,
  virtualInputCondition,
  manualTriggerCondition,
  scheduleCondition,
  pulseCondition,
  profileCondition,
  activityCondition,
  maintenanceCondition,
  healthCheckFailedCondition,
  outputFailingCondition,
  recipientFailingCondition,
  heartbeatLostCondition,
  systemReadyCondition,
  networkLostCondition,
  storageFullCondition,
  certificateExpiringCondition,
  alarmStateCondition,
  securitySourceBlockedCondition,
  mqttStatefulCondition,
  mqttStatelessCondition,
  mqttConnectionCondition,
];

export const conditionSchema = z.discriminatedUnion(
  'kind',
  [
    callStateCondition.schema,
    callStateChangeCondition.schema,
    callDtmfCondition.schema,
    callMessageCondition.schema,
    accountRegistrationCondition.schema,
    digitalInputCondition.schema,
    virtualInputCondition.schema,
    manualTriggerCondition.schema,
    scheduleCondition.schema,
    pulseCondition.schema,
    profileCondition.schema,
    activityCondition.schema,
    maintenanceCondition.schema,
    healthCheckFailedCondition.schema,
    outputFailingCondition.schema,
    recipientFailingCondition.schema,
    heartbeatLostCondition.schema,
    systemReadyCondition.schema,
    networkLostCondition.schema,
    storageFullCondition.schema,
    certificateExpiringCondition.schema,
    alarmStateCondition.schema,
    securitySourceBlockedCondition.schema,
    mqttStatefulCondition.schema,
    mqttStatelessCondition.schema,
    mqttConnectionCondition.schema,
  ],
  { error: unknownKind },
);

export type Condition = z.infer<typeof conditionSchema>;

const KIND_OF = new Map<string, ConditionKind<Condition>>(KINDS.map((kind) => [kind.kind, kind]));

/** The types of events that some kind of condition listens to. */
export const CONDITION_TOPICS: ReadonlySet<DeviceEventType> = new Set(KINDS.flatMap((kind) => kind.topics));

/** The kind of a condition that passed the schema. */
export function conditionKindOf(condition: Pick<Condition, 'kind'>): ConditionKind<Condition> {
  const kind = KIND_OF.get(condition.kind);
  if (kind === undefined) throw new TypeError(unknownKind());
  return kind;
}

function unknownKind(): string {
  return `There is no such kind of condition; there are ${[...KIND_OF.keys()].join(', ')}.`;
}
