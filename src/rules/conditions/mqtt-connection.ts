import { z } from 'zod';
import type { DeviceEvent, MqttConnectionEvent } from '../../events/device-event.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('mqtt.connection'),
  state: z.enum(['connected', 'lost']).describe('Lost: the client is turned on and the broker is not there.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** MQTT > Connection: holds while the broker is there, or while it should be and is not. */
export const mqttConnectionCondition = {
  kind: 'mqtt.connection',
  schema,
  stateful: true,
  topics: ['mqtt.connection'],
  compile: ({ state }: Settings) =>
    new StateCondition({ topic: 'mqtt.connection', fits: (event) => fits(state, event) }),
  references: () => [],
  describe: ({ state }: Settings) => `the connection with the MQTT broker is ${state}`,
  compare: ({ state }: Settings, event: DeviceEvent): readonly Comparison[] =>
    event.type === 'mqtt.connection'
      ? [{ field: 'state', expected: state, actual: event.state, fits: fits(state, event) }]
      : [],
} satisfies ConditionKind<Settings>;

/** One that tries again after a failure is still lost: a rule must not begin anew at each attempt. */
function fits(wanted: Settings['state'], { state, error }: MqttConnectionEvent): boolean {
  if (wanted === 'connected') return state === 'connected';
  return state === 'waiting' || state === 'failed' || (state === 'connecting' && error !== undefined);
}
