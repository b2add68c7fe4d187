import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('network.lost'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Device status > Network lost: holds while the device has no address that others can reach. */
export const networkLostCondition = {
  kind: 'network.lost',
  schema,
  stateful: true,
  topics: ['network'],
  compile: (_settings: Settings) =>
    new StateCondition({ topic: 'network', fits: (event) => event.state === 'lost' }),
  references: () => [],
  describe: () => 'the network is lost',
  compare,
} satisfies ConditionKind<Settings>;

function compare(_settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'network') return [];
  return compareValue('state', 'lost', event.state);
}
