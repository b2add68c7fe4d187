import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { referenceTo } from '../reference.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('schedule.active'),
  schedule: z.string().trim().max(100).optional().describe('The id of the schedule; left out, any.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Schedule: holds while an interval of the schedule goes on. */
export const scheduleCondition = {
  kind: 'schedule.active',
  schema,
  stateful: true,
  topics: ['schedule'],
  compile: ({ schedule }: Settings) =>
    new StateCondition({ topic: 'schedule', source: schedule, fits: (event) => event.active }),
  references: ({ schedule }: Settings) => referenceTo('schedule', 'schedule', schedule),
  describe: ({ schedule }: Settings) =>
    `${schedule === undefined || schedule === '' ? 'any schedule' : `the schedule ${schedule}`} is active`,
  compare,
} satisfies ConditionKind<Settings>;

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'schedule') return [];
  return [
    ...compareValue('schedule', settings.schedule, event.schedule),
    ...compareValue('active', 'true', String(event.active)),
  ];
}
