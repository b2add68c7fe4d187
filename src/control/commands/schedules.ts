import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { randomToken } from '../../base/ids.js';
import { InvalidValueError } from '../../config/invalid-value-error.js';
import { problemsOf } from '../../config/problems-of.js';
import { timeZoneOf } from '../../rules/device-settings.js';
import { calendarText } from '../../schedules/calendar-export.js';
import { type CalendarSchedule, readCalendar } from '../../schedules/calendar-import.js';
import { SCHEDULE_LIMITS } from '../../schedules/limits.js';
import { type Schedule, scheduleSchema } from '../../schedules/schedule.js';
import type { BinaryContent } from '../binary-content.js';
import { type Command, defineCommand } from '../command.js';
import { itemCommands } from '../item-commands.js';
import { newItem } from '../item-list.js';
import { refuseIfNamed } from '../named-by-rules.js';
import { relocatingProblems } from '../relocate-problems.js';
import type { Services } from '../services.js';
import { quoted } from '../words.js';

/** So many of the next times are shown. */
const SHOWN = 10;
const makeId = (): string => `schedule-${randomToken(4)}`;

const items = itemCommands({
  section: 'schedules',
  what: 'schedule',
  schema: scheduleSchema,
  limit: SCHEDULE_LIMITS.schedules,
  makeId,
  viewOnly: ['status', 'next', 'timeZoneInUse'],
  view: (services, schedule) => ({
    ...schedule,
    status: services.inputs.schedules.status(schedule.id) ?? { active: false },
    ...times(services, schedule),
  }),
  refuseIfUsed: ({ rules }, id, who) => {
    refuseIfNamed(rules, 'schedule', id, who);
    refuseIfNamed(rules, 'pulse', id, who);
  },
  summaries: {
    list: 'Every schedule and pulse with whether it is active and the next ten times that it comes.',
    get: 'One schedule or pulse with whether it is active and the next ten times that it comes.',
    create: 'Adds a schedule or a pulse. One that could never come is refused.',
    update: 'Replaces a schedule or a pulse; it counts at once.',
    delete: 'Deletes a schedule or a pulse. While rules use it that is refused.',
  },
});

const preview = defineCommand({
  name: 'schedules.preview',
  kind: 'command',
  role: 'operator',
  summary: 'The next ten times that a schedule would come, without saving it.',
  input: z.strictObject({ schedule: newItem(scheduleSchema, makeId) }),
  run: ({ services }, { schedule }) => times(services, schedule),
});

const exportAll = defineCommand({
  name: 'schedules.export',
  kind: 'query',
  role: 'viewer',
  summary: 'All schedules and pulses as an iCalendar file.',
  input: z.strictObject({}),
  run: ({ services: { config, system } }): BinaryContent => ({
    contentType: 'text/calendar; charset=utf-8',
    bytes: Buffer.from(
      calendarText({
        schedules: config.get('schedules'),
        holidays: config.get('holidays'),
        timeZone: timeZoneOf(config.get('device')),
        now: system.now(),
      }),
    ),
  }),
});

const importAll = defineCommand({
  name: 'schedules.import',
  kind: 'command',
  role: 'administrator',
  summary:
    'Adds the events of an iCalendar file as schedules, or as pulses where they have no end; overwrite replaces those of the same name. All of them or none.',
  input: z.strictObject({
    calendar: z.instanceof(Uint8Array, { error: 'Send an iCalendar file.' }),
    mode: z.enum(['add', 'overwrite']).default('add'),
    timeZone: z
      .string()
      .max(64)
      .default('')
      .describe('Stands in for time zones of the file that are known by no name.'),
  }),
  run: async ({ services }, { calendar, mode, timeZone }) => {
    const read = readCalendar(Buffer.from(calendar).toString('utf8'), { timeZone }).map(checked);
    const taken: Schedule[] = [];
    await relocatingProblems(
      () => services.config.update('schedules', (current) => merged(current, read, mode, taken)),
      { from: () => 'schedules', to: 'calendar' },
    );
    return taken.map(({ id, name }) => ({ id, name }));
  },
});

/** Throws INVALID_VALUE, with the event that is no schedule. */
function checked(read: CalendarSchedule): Schedule {
  const value = { ...read, id: makeId() };
  const result = scheduleSchema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidValueError(
    problemsOf(result.error, { schema: scheduleSchema, value }).map((problem) => ({
      ...problem,
      path: 'calendar',
      message: `the event ${quoted(read.name)} cannot be taken over: ${problem.path} ${problem.message}`,
    })),
  );
}

function merged(
  current: readonly Schedule[],
  read: readonly Schedule[],
  mode: 'add' | 'overwrite',
  taken: Schedule[],
): Schedule[] {
  const next = [...current];
  taken.splice(0);
  for (const schedule of read) {
    const place = next.findIndex(({ name }) => name === schedule.name);
    const there = next[place];
    // An event of the same file that has the same name is another one.
    const isOfFile = taken.some(({ name }) => name === schedule.name);
    const fresh =
      there === undefined
        ? schedule
        : isOfFile
          ? { ...schedule, name: unusedName(schedule.name, next) }
          : replaced(there, schedule, mode);
    if (there === undefined || isOfFile) next.push(fresh);
    else next[place] = fresh;
    taken.push(fresh);
  }
  return next;
}

/** Throws CONFLICT. */
function replaced(there: Schedule, schedule: Schedule, mode: 'add' | 'overwrite'): Schedule {
  if (mode === 'overwrite') return { ...schedule, id: there.id };
  throw new SipsirenError(
    'CONFLICT',
    `There is a schedule ${quoted(schedule.name)} already; import with mode=overwrite to replace it, or rename one of them.`,
    { path: 'mode' },
  );
}

function unusedName(name: string, schedules: readonly Schedule[]): string {
  for (let number = 2; ; number++) {
    const ending = ` (${number})`;
    const candidate = name.slice(0, 64 - ending.length) + ending;
    if (!schedules.some((one) => one.name === candidate)) return candidate;
  }
}

function times({ inputs: { schedules } }: Services, schedule: Schedule): object {
  const { timeZone, next } = schedules.occurrences(schedule, SHOWN);
  return { timeZoneInUse: timeZone, next };
}

export const SCHEDULE_COMMANDS = [...items, preview, exportAll, importAll] as readonly Command[];
