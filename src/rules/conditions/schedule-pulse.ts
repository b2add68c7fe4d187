import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import type { FactChange } from '../fact-change.js';
import { referenceTo } from '../reference.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';

const schema = z.strictObject({
  kind: z.literal('schedule.pulse'),
  schedule: z.string().trim().min(1, 'Name the pulse.').max(100).describe('The id of the pulse.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Schedule > Pulse: met at each instant of the pulse. */
export const pulseCondition = {
  kind: 'schedule.pulse',
  schema,
  stateful: false,
  topics: ['pulse'],
  compile: ({ schedule }: Settings) => ({
    stateful: false as const,
    interest: { topic: 'pulse' as const, keys: [schedule] },
    matches: (change: FactChange) => change.topic === 'pulse' && change.event.schedule === schedule,
  }),
  references: ({ schedule }: Settings) => referenceTo('pulse', 'schedule', schedule),
  describe: ({ schedule }: Settings) => `the pulse ${schedule} comes`,
  compare: ({ schedule }: Settings, event: DeviceEvent): readonly Comparison[] =>
    event.type === 'pulse' ? compareValue('schedule', schedule, event.schedule) : [],
} satisfies ConditionKind<Settings>;
