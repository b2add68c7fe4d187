import { z, type ZodType } from 'zod';
import { RECIPIENT_KINDS } from './kinds/index.js';
import { MAX_RECIPIENTS } from './limits.js';
import type { RecipientSettings } from './recipient-settings.js';

const common = {
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphen and underscore, at most 64')
    .describe('By which rules name it; the device gives one where it is left empty.'),
  name: z.string().trim().min(1, 'Give the recipient a name.').max(64).describe('What people call it.'),
  enabled: z.boolean().default(true).describe('Off: nothing is sent to it, and nothing new is taken for it.'),
  delivery: z
    .enum(['atLeastOnce', 'bestEffort', 'default'])
    .default('default')
    .describe(
      'atLeastOnce: kept on disk and tried again. bestEffort: tried once. default: as its kind has it.',
    ),
  timeoutSeconds: z
    .int()
    .min(1)
    .max(120)
    .default(30)
    .describe('After so many seconds without an answer an attempt has failed.'),
  maxAttempts: z
    .int()
    .min(1)
    .max(10_000)
    .default(1_000)
    .describe('A notification is given up after so many attempts.'),
  giveUpAfterHours: z
    .int()
    .min(1)
    .max(720)
    .default(24)
    .describe('A notification that fails is given up when it is so many hours old.'),
};

const variants = RECIPIENT_KINDS.map(({ kind, settings }) =>
  z.strictObject({ ...common, kind: z.literal(kind), settings: settings.prefault({}) }),
);

/** A recipient of one of the kinds there are, its settings by the schema of that kind. */
export const recipientSchema: ZodType<RecipientSettings> = z.discriminatedUnion(
  'kind',
  variants as [(typeof variants)[number], ...typeof variants],
  {
    error: () =>
      `There is no such kind of recipient; there are ${RECIPIENT_KINDS.map(({ kind }) => kind).join(', ')}.`,
  },
) as unknown as ZodType<RecipientSettings>;

/** All configured recipients. */
export const recipientsSchema = z
  .array(recipientSchema)
  .max(MAX_RECIPIENTS, `The device takes up to ${MAX_RECIPIENTS} recipients.`)
  .superRefine((recipients, context) => {
    const ids = new Set<string>();
    recipients.forEach(({ id }, index) => {
      if (ids.has(id)) {
        context.addIssue({ code: 'custom', path: [index, 'id'], message: 'another recipient has this id' });
      }
      ids.add(id);
    });
  });
