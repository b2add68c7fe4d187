import { z } from 'zod';
import { SCHEDULE_LIMITS } from './limits.js';
import { DAY, parseLocalTime } from './local-time.js';
import { Recurrence } from './recurrence.js';
import { recurrenceSchema } from './recurrence-schema.js';

const LAST_SECOND = DAY - 1_000;
const A_TIME = 'a date and time such as 2026-12-24T18:30';
const A_DATE = 'a date such as 2026-12-24';

const localTime = z
  .string()
  .trim()
  .refine((text) => text.includes('T') && parseLocalTime(text) !== undefined, {
    error: 'is no date and time',
    params: { accepted: A_TIME },
  })
  .meta({ examples: ['2026-12-24T18:30'] });

const localDate = z
  .string()
  .trim()
  .refine((text) => !text.includes('T') && parseLocalTime(text) !== undefined, {
    error: 'is no date',
    params: { accepted: A_DATE },
  });

const localDateOrTime = z
  .string()
  .trim()
  .refine((text) => parseLocalTime(text) !== undefined, {
    error: 'is neither a date nor a date and time',
    params: { accepted: `${A_DATE}, or ${A_TIME}` },
  });

const extra = z.strictObject({ start: localTime, end: localTime.optional() });

/** A schedule, which is active in its intervals, or a pulse, which has instants. Source: the device manual, "Schedules". */
export const scheduleSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphen and underscore, at most 64')
      .describe('By which rules name it; the device gives one where it is left empty.'),
    name: z.string().trim().min(1, 'Give the schedule a name.').max(64).describe('What people call it.'),
    kind: z
      .enum(['interval', 'pulse'])
      .describe('interval: active from its start to its end. pulse: an instant.'),
    enabled: z.boolean().default(true).describe('Off: it never comes.'),
    start: localTime.describe('When it comes first, by the clock on the wall: 2026-01-05T22:00.'),
    end: localTime.optional().describe('Of an interval: when its first one ends: 2026-01-06T06:00.'),
    recurrence: recurrenceSchema.default({ repeat: 'never' }).describe('When it comes again.'),
    until: localDate.optional().describe('The last day on which it begins: 2026-12-31.'),
    count: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('How many times it comes; not together with until.'),
    timeZone: z
      .string()
      .trim()
      .max(64)
      .refine(isTimeZone, {
        error: 'is no time zone',
        params: { accepted: 'a name such as Europe/Stockholm, or nothing for that of the device' },
      })
      .default('')
      .describe('Where the clock hangs, by its IANA name; empty is the device’s own.'),
    exceptions: z
      .array(localDateOrTime)
      .max(SCHEDULE_LIMITS.exceptions)
      .default([])
      .describe('Days on which it does not begin, or single times: 2026-12-24, 2026-12-24T22:00.'),
    holidays: z
      .array(z.string().max(64))
      .max(SCHEDULE_LIMITS.holidayLists)
      .default([])
      .describe('The ids of lists of holidays, on which it does not come either.'),
    extras: z
      .array(extra)
      .max(SCHEDULE_LIMITS.extras)
      .default([])
      .describe('Further times beside those that recur.'),
  })
  .superRefine((schedule, context) => {
    for (const { path, message } of contradictionsOf(schedule))
      context.addIssue({ code: 'custom', path, message });
  });

export type Schedule = z.infer<typeof scheduleSchema>;

/** All of them; ids and names are unique. */
export const schedulesSchema = z
  .array(scheduleSchema)
  .max(SCHEDULE_LIMITS.schedules, `The device takes up to ${SCHEDULE_LIMITS.schedules} schedules and pulses.`)
  .superRefine((schedules, context) => {
    for (const field of ['id', 'name'] as const) {
      const seen = new Set<string>();
      schedules.forEach((schedule, index) => {
        if (seen.has(schedule[field])) {
          context.addIssue({
            code: 'custom',
            path: [index, field],
            message: `another schedule has this ${field}`,
          });
        }
        seen.add(schedule[field]);
      });
    }
  });

interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What can never work is refused with the reason, not discovered when nothing happens. */
function contradictionsOf(schedule: Schedule): Contradiction[] {
  const { kind, start, end, recurrence, until, count, extras } = schedule;
  const found = problemsOfSpan({ kind, start, end }, []);
  extras.forEach((one, index) => {
    found.push(...problemsOfSpan({ kind, start: one.start, end: one.end }, ['extras', index]));
  });
  if (kind === 'interval' && recurrence.repeat === 'interval') {
    const message = 'Only a pulse comes every so many seconds, minutes or hours.';
    found.push({ path: ['recurrence', 'repeat'], message });
  }
  if (until !== undefined && count !== undefined) {
    found.push({ path: ['count'], message: 'Give either until or count, not both.' });
  }
  if (
    recurrence.repeat === 'rule' &&
    /UNTIL|COUNT/.test(recurrence.rrule) &&
    (until ?? count) !== undefined
  ) {
    found.push({
      path: ['recurrence', 'rrule'],
      message: 'The end stands here and in until or count; give it once.',
    });
  }
  // Of a recurrence that is wrong in itself its own fields say why.
  const isSound = found.length === 0 && recurrenceSchema.safeParse(recurrence).success;
  return isSound ? problemsOfRecurrence(schedule) : found;
}

function problemsOfSpan(
  {
    kind,
    start,
    end,
  }: { readonly kind: Schedule['kind']; readonly start: string; readonly end: string | undefined },
  place: (string | number)[],
): Contradiction[] {
  const path = [...place, 'end'];
  if (kind === 'pulse') {
    return end === undefined ? [] : [{ path, message: 'A pulse is over at once and has no end.' }];
  }
  if (end === undefined) return [{ path, message: 'is missing: say when the interval ends' }];
  const length = (parseLocalTime(end) ?? NaN) - (parseLocalTime(start) ?? NaN);
  if (length <= 0)
    return [{ path, message: 'is not after the start; an interval over midnight ends on the next day' }];
  if (length > SCHEDULE_LIMITS.days * DAY) {
    return [{ path, message: `is more than ${SCHEDULE_LIMITS.days} days after the start` }];
  }
  return [];
}

/** A rule that never comes, or that takes long to find out, is tried once, within bounds. */
function problemsOfRecurrence({ start, recurrence, until, count }: Schedule): Contradiction[] {
  const first = parseLocalTime(start) ?? 0;
  const last = until === undefined ? undefined : (parseLocalTime(until) ?? 0) + LAST_SECOND;
  if (last !== undefined && last < first) return [{ path: ['until'], message: 'is before the start' }];
  const path = ['recurrence', ...(recurrence.repeat === 'rule' ? ['rrule'] : [])];
  try {
    const comes = new Recurrence({ start: first, settings: recurrence, last, count }).next(first - 1);
    return comes === undefined
      ? [{ path, message: 'It never comes: no day fits the recurrence before its end.' }]
      : [];
  } catch (_error) {
    return [{ path, message: 'It never comes, or too rarely to be found.' }];
  }
}

function isTimeZone(name: string): boolean {
  if (name === '') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // Intl throws a RangeError for what it does not know.
    return false;
  }
}
