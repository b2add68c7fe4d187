import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { referenceTo } from '../reference.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('certificate.expiring'),
  certificate: z.string().trim().max(64).optional().describe('The id of the certificate; left out, any.'),
  days: z
    .int()
    .min(0)
    .max(3_650)
    .default(30)
    .describe('How many days before its end it begins to hold; 0 is when it has expired.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Device status > Certificate about to expire: holds from so many days before its end on, and after it. */
export const certificateExpiringCondition = {
  kind: 'certificate.expiring',
  schema,
  stateful: true,
  topics: ['certificate'],
  compile: ({ certificate, days }: Settings) =>
    new StateCondition({
      topic: 'certificate',
      source: certificate,
      fits: (event) => event.state !== 'removed' && event.daysLeft < days,
    }),
  references: ({ certificate }: Settings) => referenceTo('certificate', 'certificate', certificate),
  describe: ({ certificate, days }: Settings) =>
    `${certificate === undefined || certificate === '' ? 'any certificate' : `the certificate ${certificate}`} has less than ${days} days left`,
  compare,
} satisfies ConditionKind<Settings>;

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'certificate') return [];
  return [
    ...compareValue('certificate', settings.certificate, event.certificate),
    {
      field: 'daysLeft',
      expected: `less than ${settings.days}`,
      actual: event.state === 'removed' ? event.state : String(event.daysLeft),
      fits: event.state !== 'removed' && event.daysLeft < settings.days,
    },
  ];
}
