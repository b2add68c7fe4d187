import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('healthCheck.failed'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Light and siren > Health check failed: holds from a check that failed until one that passed. */
export const healthCheckFailedCondition = {
  kind: 'healthCheck.failed',
  schema,
  stateful: true,
  topics: ['healthCheck'],
  compile: (_settings: Settings) =>
    new StateCondition({ topic: 'healthCheck', fits: (event) => event.state === 'failed' }),
  references: () => [],
  describe: () => 'the last health check failed',
  compare,
} satisfies ConditionKind<Settings>;

function compare(_settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'healthCheck') return [];
  return compareValue('state', 'failed', event.state);
}
