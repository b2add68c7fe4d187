import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { referenceTo } from '../reference.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('recipient.failing'),
  recipient: z.string().trim().max(64).optional().describe('The id of the recipient; left out, any.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** System > Recipient failing: holds while notifications to the recipient, or to any, fail. */
export const recipientFailingCondition = {
  kind: 'recipient.failing',
  schema,
  stateful: true,
  topics: ['recipient.state'],
  compile: ({ recipient }: Settings) =>
    new StateCondition({
      topic: 'recipient.state',
      source: recipient,
      fits: (event) => event.state === 'failing',
    }),
  references: ({ recipient }: Settings) => referenceTo('recipient', 'recipient', recipient),
  describe: ({ recipient }: Settings) =>
    `${recipient === undefined || recipient === '' ? 'any recipient' : `the recipient ${recipient}`} is failing`,
  compare,
} satisfies ConditionKind<Settings>;

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'recipient.state') return [];
  return [
    ...compareValue('recipient', settings.recipient, event.recipient),
    ...compareValue('state', 'failing', event.state),
  ];
}
