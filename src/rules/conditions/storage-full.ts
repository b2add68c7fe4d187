import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('storage.full'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Storage > Full: holds while the disk of the data folder is fuller than the setting allows. */
export const storageFullCondition = {
  kind: 'storage.full',
  schema,
  stateful: true,
  topics: ['storage'],
  compile: (_settings: Settings) =>
    new StateCondition({ topic: 'storage', fits: (event) => event.state === 'full' }),
  references: () => [],
  describe: () => 'the storage is full',
  compare,
} satisfies ConditionKind<Settings>;

function compare(_settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'storage') return [];
  return compareValue('state', 'full', event.state);
}
