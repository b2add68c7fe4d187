import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { keyOfPurpose } from '../activity-keys.js';
import { ActivityCondition } from './activity-condition.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';

const schema = z.strictObject({ kind: z.literal('siren.maintenance'), ...conditionFields });

type Settings = z.infer<typeof schema>;

/** Light and siren > Maintenance mode: holds while it is on. */
export const maintenanceCondition = {
  kind: 'siren.maintenance',
  schema,
  stateful: true,
  topics: ['activity'],
  compile: (_settings: Settings) =>
    new ActivityCondition({
      key: keyOfPurpose('maintenance'),
      fits: (event) => event.purpose === 'maintenance',
      waitingCounts: true,
    }),
  references: () => [],
  describe: () => 'maintenance mode is on',
  compare: (_settings: Settings, event: DeviceEvent): readonly Comparison[] =>
    event.type === 'activity' && event.purpose === 'maintenance'
      ? [{ field: 'change', expected: 'started', actual: event.change, fits: event.change !== 'ended' }]
      : [],
} satisfies ConditionKind<Settings>;
