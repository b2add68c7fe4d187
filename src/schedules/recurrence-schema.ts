import { z } from 'zod';
import { normalRule, problemOfRule } from './rrule-text.js';

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

const every = z.int().min(1).max(999).default(1);
const dayOfMonth = z
  .int()
  .min(-31)
  .max(31)
  .refine((day) => day !== 0, {
    error: 'is no day',
    params: { accepted: '1 to 31, or -1 to -31 from the end' },
  });

/** When a schedule comes again, counted from its start. */
export const recurrenceSchema = z.discriminatedUnion('repeat', [
  z.strictObject({ repeat: z.literal('never') }),
  z.strictObject({ repeat: z.literal('daily'), every }),
  z.strictObject({
    repeat: z.literal('weekly'),
    every,
    days: z.array(z.enum(WEEKDAYS)).min(1).max(7).optional().describe('Left out: the weekday of the start.'),
  }),
  z.strictObject({
    repeat: z.literal('monthly'),
    every,
    days: z
      .array(dayOfMonth)
      .min(1)
      .max(31)
      .optional()
      .describe(
        'Days of the month, negative from its end. Left out, like the weekdays: the day of the start.',
      ),
    weekdays: z
      .array(z.string().regex(/^(?:[1-5]|-[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)$/, 'a weekday such as 2TU or -1FR'))
      .min(1)
      .max(10)
      .optional()
      .describe('2TU is the second Tuesday of the month, -1FR its last Friday.'),
  }),
  z.strictObject({ repeat: z.literal('yearly'), every }),
  z.strictObject({
    repeat: z.literal('rule'),
    rrule: z
      .string()
      .max(500)
      .transform(normalRule)
      .superRefine((text, context) => {
        const message = problemOfRule(text);
        if (message !== undefined)
          context.addIssue({ code: 'custom', message: `is no recurrence rule: ${message}` });
      })
      .describe('A recurrence rule of iCalendar: FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1.'),
  }),
  z.strictObject({
    repeat: z.literal('interval').describe('A pulse of elapsed time, whatever the clock on the wall does.'),
    every: z.int().min(1).max(100_000),
    unit: z.enum(['seconds', 'minutes', 'hours']),
  }),
]);

export type RecurrenceSettings = z.infer<typeof recurrenceSchema>;

/** The recurrence rule of RFC 5545 that says the same; none where nothing recurs, or not by the clock on the wall. */
export function ruleOf(settings: RecurrenceSettings): string | undefined {
  switch (settings.repeat) {
    case 'never':
    case 'interval':
      return undefined;
    case 'daily':
      return `FREQ=DAILY;INTERVAL=${settings.every}`;
    case 'weekly':
      return `FREQ=WEEKLY;INTERVAL=${settings.every}${listed('BYDAY', settings.days)};WKST=MO`;
    case 'monthly':
      return `FREQ=MONTHLY;INTERVAL=${settings.every}${listed('BYMONTHDAY', settings.days)}${listed('BYDAY', settings.weekdays)}`;
    case 'yearly':
      return `FREQ=YEARLY;INTERVAL=${settings.every}`;
    case 'rule':
      return settings.rrule;
  }
}

function listed(name: string, values: readonly (string | number)[] | undefined): string {
  return values === undefined ? '' : `;${name}=${values.join(',')}`;
}
