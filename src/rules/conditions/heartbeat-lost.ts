import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { referenceTo } from '../reference.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('heartbeat.lost'),
  heartbeat: z.string().trim().max(100).optional().describe('The id of the heartbeat; left out, any.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Heartbeat lost: holds while what must call in regularly does not. */
export const heartbeatLostCondition = {
  kind: 'heartbeat.lost',
  schema,
  stateful: true,
  topics: ['heartbeat'],
  compile: ({ heartbeat }: Settings) =>
    new StateCondition({ topic: 'heartbeat', source: heartbeat, fits: (event) => event.state === 'lost' }),
  references: ({ heartbeat }: Settings) => referenceTo('heartbeat', 'heartbeat', heartbeat),
  describe: ({ heartbeat }: Settings) =>
    `${heartbeat === undefined || heartbeat === '' ? 'any heartbeat' : `the heartbeat ${heartbeat}`} is lost`,
  compare,
} satisfies ConditionKind<Settings>;

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'heartbeat') return [];
  return [
    ...compareValue('heartbeat', settings.heartbeat, event.heartbeat),
    ...compareValue('state', 'lost', event.state),
  ];
}
