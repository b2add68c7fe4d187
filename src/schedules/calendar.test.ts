import { describe, expect, it } from '@jest/globals';
import ICAL from 'ical.js';
import { calendarText } from './calendar-export.js';
import { readCalendar, readHolidays } from './calendar-import.js';
import type { HolidayList } from './holidays.js';
import { Plan } from './plan.js';
import { type Schedule, scheduleSchema } from './schedule.js';

const NOW = Date.UTC(2026, 0, 1);
const TIME_ZONE = 'Europe/Stockholm';
const HOLIDAYS: HolidayList[] = [{ id: 'se', name: 'Sweden', dates: ['2026-04-03', '12-25', '02-29'] }];

const schedule = (more: object): Schedule => scheduleSchema.parse({ id: 'one', name: 'One', ...more });

const NIGHTS = schedule({
  kind: 'interval',
  start: '2026-01-05T22:00',
  end: '2026-01-06T06:00',
  recurrence: { repeat: 'weekly', days: ['MO', 'FR'] },
  until: '2026-12-31',
  holidays: ['se'],
  exceptions: ['2026-02-02'],
  extras: [{ start: '2026-03-07T10:00', end: '2026-03-07T11:00' }],
});

const exported = (...schedules: Schedule[]) =>
  calendarText({ schedules, holidays: HOLIDAYS, timeZone: TIME_ZONE, now: NOW });

function instants(one: Schedule, most = 60): number[] {
  const plan = new Plan({ schedule: one, timeZone: TIME_ZONE, holidays: HOLIDAYS });
  return plan.occurrences(NOW, most).map(({ start }) => start);
}

const calendar = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]) =>
  calendar('BEGIN:VEVENT', 'UID:x', 'SUMMARY:Drill', ...lines, 'END:VEVENT');

describe('schedules as a calendar', () => {
  it.each<[string, Schedule]>([
    ['over midnight, with holidays and further times', NIGHTS],
    [
      'a pulse',
      schedule({
        kind: 'pulse',
        start: '2026-01-05T22:00',
        recurrence: { repeat: 'monthly', weekdays: ['-1FR'] },
      }),
    ],
    [
      'so many times',
      schedule({
        kind: 'pulse',
        start: '2026-01-05T22:00',
        recurrence: { repeat: 'daily', every: 2 },
        count: 9,
      }),
    ],
    [
      'elapsed hours',
      schedule({
        kind: 'pulse',
        start: '2026-03-28T22:00',
        recurrence: { repeat: 'interval', every: 5, unit: 'hours' },
      }),
    ],
    [
      'a rule with an end',
      schedule({
        kind: 'pulse',
        start: '2026-01-05T22:00',
        recurrence: { repeat: 'rule', rrule: 'FREQ=DAILY;UNTIL=20260110T220000' },
      }),
    ],
    [
      'every other week, from a day that does not fit, with a further time of the same length',
      schedule({
        kind: 'interval',
        start: '2026-01-08T22:00',
        end: '2026-01-09T06:00',
        recurrence: { repeat: 'weekly', every: 2, days: ['MO'] },
        count: 7,
        extras: [{ start: '2026-03-07T22:00', end: '2026-03-08T06:00' }],
      }),
    ],
    [
      'once, elsewhere',
      schedule({
        kind: 'interval',
        start: '2026-01-05T22:00',
        end: '2026-01-05T23:00',
        timeZone: 'America/New_York',
      }),
    ],
  ])('come back as they went: %s', (_name, one) => {
    const [read] = readCalendar(exported(one));
    const { holidays: _none, ...back } = schedule({ id: 'two', ...read });
    expect(instants({ ...back, holidays: [] })).toEqual(instants(one));
  });

  it('begin at a time that comes, and have periods only where the length is another, for other programs', () => {
    const text = exported({
      ...NIGHTS,
      start: '2026-01-06T22:00',
      end: '2026-01-07T06:00',
      extras: [{ start: '2026-03-07T22:00', end: '2026-03-08T06:00' }, ...NIGHTS.extras],
    });
    expect(text).toMatch(/^DTSTART;TZID=Europe\/Stockholm:20260109T220000\r$/m);
    expect(text).toMatch(/^DTEND;TZID=Europe\/Stockholm:20260110T060000\r$/m);
    expect(text).toMatch(/^RDATE;TZID=Europe\/Stockholm:20260307T220000\r$/m);
    expect(text).toMatch(/^RDATE;TZID=Europe\/Stockholm;VALUE=PERIOD:20260307T100000\/20260307T110000\r$/m);
  });

  it('keep that they are turned off', () => {
    expect(readCalendar(exported({ ...NIGHTS, enabled: false }))).toMatchObject([{ enabled: false }]);
  });

  it('say with their time zone when they come, to who knows the zone only from the file', () => {
    const component = new ICAL.Component(ICAL.parse(exported({ ...NIGHTS, extras: [] })) as unknown[]);
    const zone = new ICAL.Timezone(component.getFirstSubcomponent('vtimezone')!);
    ICAL.TimezoneService.register(zone);
    const iterator = new ICAL.Event(component.getFirstSubcomponent('vevent')!).iterator();
    const found: number[] = [];
    while (found.length < 60) {
      // Its types say that there is always one more.
      const time = iterator.next() as ICAL.Time | null;
      if (time === null) break;
      found.push(time.toUnixTime() * 1_000);
    }
    ICAL.TimezoneService.reset();
    expect(found).toEqual(instants({ ...NIGHTS, extras: [] }));
  });
});

describe('a calendar of somebody else', () => {
  it('is read with its time zone, its exceptions and its changed times', () => {
    const text = calendar(
      'BEGIN:VTIMEZONE',
      'TZID:W. Europe Standard Time',
      'X-LIC-LOCATION:Europe/Berlin',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'UID:a',
      'SUMMARY:Open',
      'DTSTART;TZID=W. Europe Standard Time:20260105T080000',
      'DURATION:PT9H',
      'RRULE:FREQ=WEEKLY;BYDAY=MO,TU;UNTIL=20260601T060000Z',
      'EXDATE;TZID=W. Europe Standard Time:20260106T080000',
      'RDATE;TZID=W. Europe Standard Time:20260110T080000',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:a',
      'SUMMARY:Open',
      'RECURRENCE-ID:20260112T070000Z',
      'DTSTART:20260112T090000Z',
      'DTEND:20260112T100000Z',
      'END:VEVENT',
    );
    expect(readCalendar(text)).toEqual([
      {
        name: 'Open',
        kind: 'interval',
        enabled: true,
        start: '2026-01-05T08:00:00',
        end: '2026-01-05T17:00:00',
        recurrence: { repeat: 'rule', rrule: 'FREQ=WEEKLY;BYDAY=MO,TU;UNTIL=20260601T080000' },
        timeZone: 'Europe/Berlin',
        exceptions: ['2026-01-06T08:00:00', '2026-01-12T08:00:00'],
        extras: [
          { start: '2026-01-10T08:00:00', end: '2026-01-10T17:00:00' },
          { start: '2026-01-12T10:00:00', end: '2026-01-12T11:00:00' },
        ],
      },
    ]);
  });

  it('gives whole days, and times without a zone by the clock of the device', () => {
    expect(readCalendar(event('DTSTART;VALUE=DATE:20260403'))).toMatchObject([
      { kind: 'interval', start: '2026-04-03T00:00:00', end: '2026-04-04T00:00:00', timeZone: '' },
    ]);
    expect(readCalendar(event('DTSTART:20260403T120000'))).toMatchObject([{ kind: 'pulse', timeZone: '' }]);
    expect(readCalendar(event('DTSTART:20260403T120000Z'))).toMatchObject([
      { kind: 'pulse', timeZone: 'UTC' },
    ]);
  });

  it.each([
    ['no calendar at all', 'hello', 'no iCalendar file'],
    ['no event', calendar(), 'no event'],
    ['an unknown zone', event('DTSTART;TZID=Somewhere:20260403T120000'), 'time zone "Somewhere"'],
    ['no start', event('DTEND:20260403T120000'), 'has no start'],
    [
      'two rules',
      event('DTSTART:20260403T120000', 'RRULE:FREQ=DAILY', 'RRULE:FREQ=WEEKLY'),
      'several recurrence rules',
    ],
  ])('is refused with the reason: %s', (_name, text, why) => {
    expect(() => readCalendar(text)).toThrow(why);
  });

  it('can be told which zone is meant', () => {
    const text = event('DTSTART;TZID=Somewhere:20260403T120000');
    expect(readCalendar(text, { timeZone: 'Asia/Tokyo' })).toMatchObject([{ timeZone: 'Asia/Tokyo' }]);
  });

  it('gives holidays', () => {
    const text = calendar(
      'BEGIN:VEVENT',
      'UID:1',
      'DTSTART;VALUE=DATE:20260403',
      'DTEND;VALUE=DATE:20260407',
      'SUMMARY:Easter',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:2',
      'DTSTART;VALUE=DATE:20201225',
      'RRULE:FREQ=YEARLY',
      'SUMMARY:Christmas',
      'END:VEVENT',
    );
    expect(readHolidays(text)).toEqual(['12-25', '2026-04-03', '2026-04-04', '2026-04-05', '2026-04-06']);
    expect(() => readHolidays(event('DTSTART;VALUE=DATE:20260403', 'RRULE:FREQ=WEEKLY'))).toThrow(
      'FREQ=YEARLY',
    );
  });
});
