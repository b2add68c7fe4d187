import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { referenceTo } from '../reference.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('io.manualTrigger'),
  manualTrigger: z
    .string()
    .trim()
    .max(100)
    .optional()
    .describe('The id of the manual trigger; left out, any.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** I/O > Manual trigger: holds while the trigger is on; a pulse is over at once. */
export const manualTriggerCondition = {
  kind: 'io.manualTrigger',
  schema,
  stateful: true,
  topics: ['trigger.manual'],
  compile: ({ manualTrigger }: Settings) =>
    new StateCondition({ topic: 'trigger.manual', source: manualTrigger, fits: (event) => event.active }),
  references: ({ manualTrigger }: Settings) => referenceTo('manualTrigger', 'manualTrigger', manualTrigger),
  describe: ({ manualTrigger }: Settings) =>
    `${manualTrigger === undefined || manualTrigger === '' ? 'any manual trigger' : `the manual trigger ${manualTrigger}`} is on`,
  compare,
} satisfies ConditionKind<Settings>;

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'trigger.manual') return [];
  return [
    ...compareValue('manualTrigger', settings.manualTrigger, event.trigger),
    ...compareValue('active', 'true', String(event.active)),
  ];
}
