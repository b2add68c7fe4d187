import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { keyOfFunction } from '../activity-keys.js';
import { ActivityCondition } from './activity-condition.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';

const schema = z.strictObject({
  kind: z.literal('siren.activity'),
  function: z
    .enum(['light', 'siren', 'either'])
    .default('either')
    .describe('The light, the siren, or either.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Light and siren > Activity: holds while anything shows, or sounds; maintenance mode and tests are something too. */
export const activityCondition = {
  kind: 'siren.activity',
  schema,
  stateful: true,
  topics: ['activity'],
  compile: (settings: Settings) =>
    new ActivityCondition({
      key: keyOfFunction(settings.function),
      fits: (event) => settings.function === 'either' || event.function === settings.function,
      waitingCounts: false,
      anyIsAlike: true,
    }),
  references: () => [],
  describe: (settings: Settings) =>
    `there is an activity of ${settings.function === 'either' ? 'light or siren' : `the ${settings.function}`}`,
  compare,
} satisfies ConditionKind<Settings>;

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'activity') return [];
  const wanted = settings.function === 'either' ? undefined : settings.function;
  return [
    ...compareValue('function', wanted, event.function),
    { field: 'change', expected: 'running', actual: event.change, fits: event.running },
  ];
}
