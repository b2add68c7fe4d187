import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { referenceTo } from '../reference.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('output.failing'),
  output: z.string().trim().max(100).optional().describe('The id of the output; left out, any.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Light and siren > Output failing: holds while the output, or any, fails. */
export const outputFailingCondition = {
  kind: 'output.failing',
  schema,
  stateful: true,
  topics: ['output.state'],
  compile: ({ output }: Settings) =>
    new StateCondition({ topic: 'output.state', source: output, fits: (event) => event.state === 'failing' }),
  references: ({ output }: Settings) => referenceTo('output', 'output', output),
  describe: ({ output }: Settings) =>
    `${output === undefined || output === '' ? 'any output' : `the output ${output}`} is failing`,
  compare,
} satisfies ConditionKind<Settings>;

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'output.state') return [];
  return [
    ...compareValue('output', settings.output, event.output),
    ...compareValue('state', 'failing', event.state),
  ];
}
