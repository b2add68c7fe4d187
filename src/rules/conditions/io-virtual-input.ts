import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('io.virtualInput'),
  port: z.int().min(1).max(64).optional().describe('The number of the input, 1 to 64; left out, any.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** I/O > Virtual input: holds while the input is active. */
export const virtualInputCondition = {
  kind: 'io.virtualInput',
  schema,
  stateful: true,
  topics: ['input.virtual'],
  compile: ({ port }: Settings) =>
    new StateCondition({
      topic: 'input.virtual',
      source: port === undefined ? undefined : String(port),
      fits: (event) => event.active,
    }),
  references: () => [],
  describe: ({ port }: Settings) =>
    `${port === undefined ? 'any virtual input' : `the virtual input ${port}`} is active`,
  compare,
} satisfies ConditionKind<Settings>;

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'input.virtual') return [];
  return [
    ...compareValue(
      'port',
      settings.port === undefined ? undefined : String(settings.port),
      String(event.input),
    ),
    ...compareValue('active', 'true', String(event.active)),
  ];
}
