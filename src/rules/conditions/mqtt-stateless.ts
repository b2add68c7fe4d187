import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import type { FactChange } from '../fact-change.js';
import { referenceTo } from '../reference.js';
import {
  conditionFields,
  type Comparison,
  type ConditionKind,
  type StatelessCondition,
} from './condition-kind.js';
import {
  checkMqttMessage,
  compareMessage,
  describePayload,
  describeTopic,
  mqttMatcher,
  mqttMessageFields,
} from './mqtt-payload.js';

const schema = z
  .strictObject({ kind: z.literal('mqtt.stateless'), ...mqttMessageFields, ...conditionFields })
  .superRefine(checkMqttMessage);

type Settings = z.infer<typeof schema>;

/** MQTT > Stateless: met by each message of the subscription that is as wanted; not by one the broker had kept. */
export const mqttStatelessCondition = {
  kind: 'mqtt.stateless',
  schema,
  stateful: false,
  topics: ['mqtt.message'],
  compile,
  references: ({ subscription }: Settings) =>
    referenceTo('statelessSubscription', 'subscription', subscription),
  describe: (settings: Settings) =>
    `a message on ${describeTopic(settings)} comes ${describePayload(settings)}`,
  compare,
} satisfies ConditionKind<Settings>;

function compile(settings: Settings): StatelessCondition {
  const fits = mqttMatcher(settings);
  return {
    stateful: false,
    interest: { topic: 'mqtt.message', keys: [settings.subscription] },
    matches: (change: FactChange) =>
      change.topic === 'mqtt.message' && !change.event.retained && fits(change.event),
  };
}

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'mqtt.message' || event.subscription !== settings.subscription) return [];
  const { retained } = event;
  return [
    { field: 'retained', expected: 'no', actual: retained ? 'yes' : 'no', fits: !retained },
    ...compareMessage(settings, event),
  ];
}
