import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { referenceTo } from '../reference.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('io.digitalInput'),
  port: z.int().min(0).max(999).optional().describe('The number of the port; left out, any input.'),
  state: z
    .enum(['active', 'inactive', 'unknown'])
    .default('active')
    .describe('Unknown is one whose chip cannot be read.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** I/O > Digital input: holds while the port is active; one whose chip cannot be read is neither. */
export const digitalInputCondition = {
  kind: 'io.digitalInput',
  schema,
  stateful: true,
  topics: ['input.digital'],
  compile: ({ port, state }: Settings) =>
    new StateCondition({
      topic: 'input.digital',
      source: port === undefined ? undefined : String(port),
      fits: (event) => event.direction === 'input' && event.state === state,
    }),
  references: ({ port }: Settings) =>
    referenceTo('digitalInput', 'port', port === undefined ? undefined : String(port)),
  describe: ({ port, state }: Settings) =>
    `${port === undefined ? 'any digital input' : `the digital input ${port}`} is ${state}`,
  compare,
} satisfies ConditionKind<Settings>;

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'input.digital') return [];
  return [
    ...compareValue(
      'port',
      settings.port === undefined ? undefined : String(settings.port),
      String(event.port),
    ),
    ...compareValue('direction', 'input', event.direction),
    ...compareValue('state', settings.state, event.state),
  ];
}
