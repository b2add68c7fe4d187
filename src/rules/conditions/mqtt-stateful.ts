import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { referenceTo } from '../reference.js';
import { mqttSource } from '../state-topics.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import {
  checkMqttMessage,
  compareMessage,
  describePayload,
  describeTopic,
  mqttMatcher,
  mqttMessageFields,
} from './mqtt-payload.js';
import { StateCondition } from './state-condition.js';

const schema = z
  .strictObject({ kind: z.literal('mqtt.stateful'), ...mqttMessageFields, ...conditionFields })
  .superRefine(checkMqttMessage);

type Settings = z.infer<typeof schema>;

/** MQTT > Stateful: holds while the latest payload of a topic of the subscription is as wanted. */
export const mqttStatefulCondition = {
  kind: 'mqtt.stateful',
  schema,
  stateful: true,
  topics: ['mqtt.state'],
  compile: (settings: Settings) => {
    const { subscription, topic = '' } = settings;
    const fits = mqttMatcher(settings);
    return new StateCondition({
      topic: 'mqtt.state',
      source: topic === '' ? undefined : mqttSource(subscription, topic),
      fits: (event) => event.isGone !== true && fits(event),
    });
  },
  references: ({ subscription }: Settings) =>
    referenceTo('statefulSubscription', 'subscription', subscription),
  describe: (settings: Settings) => `${describeTopic(settings)} is known ${describePayload(settings)}`,
  compare: (settings: Settings, event: DeviceEvent): readonly Comparison[] =>
    event.type === 'mqtt.state' && event.isGone !== true ? compareMessage(settings, event) : [],
} satisfies ConditionKind<Settings>;
