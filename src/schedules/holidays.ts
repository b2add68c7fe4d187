import { z } from 'zod';
import { SCHEDULE_LIMITS } from './limits.js';
import { parseLocalTime } from './local-time.js';

/** 2000 is a leap year, so that 29 February is a day. */
const ANY_YEAR = '2000-';

const holiday = z
  .string()
  .trim()
  .refine(
    (text) => parseLocalTime(text.length === 5 ? ANY_YEAR + text : text) !== undefined && !text.includes('T'),
    {
      error: 'is no date',
      params: { accepted: 'a date such as 2026-04-03, or 12-25 for every year' },
    },
  );

/** A named list of days on which schedules do not come. */
export const holidayListSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphen and underscore, at most 64')
    .describe('By which schedules name it; the device gives one where it is left empty.'),
  name: z.string().trim().min(1).max(64).describe('What people call it.'),
  dates: z
    .array(holiday)
    .max(SCHEDULE_LIMITS.holidays)
    .default([])
    .describe('Each a day: 2026-04-03, or 12-25 of every year.'),
});

export type HolidayList = z.infer<typeof holidayListSchema>;

/** All of them; ids are unique. */
export const holidayListsSchema = z
  .array(holidayListSchema)
  .max(SCHEDULE_LIMITS.holidayLists)
  .superRefine((lists, context) => {
    const ids = new Set<string>();
    lists.forEach(({ id }, index) => {
      if (ids.has(id)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'id'],
          message: 'another list of holidays has this id',
        });
      }
      ids.add(id);
    });
  });
