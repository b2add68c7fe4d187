import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { randomToken } from '../../base/ids.js';
import { readHolidays } from '../../schedules/calendar-import.js';
import { holidayListSchema } from '../../schedules/holidays.js';
import { SCHEDULE_LIMITS } from '../../schedules/limits.js';
import { type Command, defineCommand } from '../command.js';
import { itemCommands } from '../item-commands.js';
import { findItem, replaceItem } from '../item-list.js';
import { relocatingProblems } from '../relocate-problems.js';
import { quoted } from '../words.js';

const WHAT = 'list of holidays';

const items = itemCommands({
  section: 'holidays',
  what: WHAT,
  schema: holidayListSchema,
  limit: SCHEDULE_LIMITS.holidayLists,
  makeId: () => `holidays-${randomToken(4)}`,
  view: (_services, list) => list,
  refuseIfUsed: ({ schedules }, id, who) => {
    const users = schedules.filter(({ holidays }) => holidays.includes(id)).map(({ name }) => quoted(name));
    if (users.length === 0) return;
    throw new SipsirenError(
      'CONFLICT',
      `${who} is used by the schedules ${users.join(', ')}. Change them first.`,
    );
  },
  summaries: {
    list: 'Every list of holidays.',
    get: 'One list of holidays.',
    create: 'Adds a list of holidays, on which the schedules that name it do not come.',
    update: 'Replaces a list of holidays.',
    delete: 'Deletes a list of holidays. While schedules use it that is refused.',
  },
});

const importDays = defineCommand({
  name: 'holidays.import',
  kind: 'command',
  role: 'administrator',
  summary: 'Replaces the days of a list by those of an iCalendar file.',
  input: z.strictObject({
    id: z.string(),
    calendar: z.instanceof(Uint8Array, { error: 'Send an iCalendar file.' }),
  }),
  run: async ({ services: { config } }, { id, calendar }) => {
    const dates = readHolidays(Buffer.from(calendar).toString('utf8'));
    const change = () =>
      config.update('holidays', (lists) =>
        replaceItem(lists, { id, item: { ...findItem(lists, id, WHAT), dates } }, WHAT),
      );
    await relocatingProblems(change, { from: () => 'holidays', to: 'calendar' });
    return findItem(config.get('holidays'), id, WHAT);
  },
});

export const HOLIDAY_COMMANDS = [...items, importDays] as readonly Command[];
