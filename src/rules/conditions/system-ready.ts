import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('system.ready'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Device status > System ready: holds from when the device has started until it stops. */
export const systemReadyCondition = {
  kind: 'system.ready',
  schema,
  stateful: true,
  topics: ['system'],
  compile: (_settings: Settings) =>
    new StateCondition({ topic: 'system', fits: (event) => event.state === 'ready' }),
  references: () => [],
  describe: () => 'the device is ready',
  compare,
} satisfies ConditionKind<Settings>;

function compare(_settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'system') return [];
  return compareValue('state', 'ready', event.state);
}
