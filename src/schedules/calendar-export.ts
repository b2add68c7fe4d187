import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import type { HolidayList } from './holidays.js';
import { DAY, dayOf, type LocalTime, localTimeText, parseLocalTime } from './local-time.js';
import { Recurrence } from './recurrence.js';
import { ruleOf } from './recurrence-schema.js';
import type { Schedule } from './schedule.js';
import { withUntil } from './rrule-text.js';
import { timeZoneComponent } from './time-zone-component.js';
import { WallClock } from './wall-clock.js';

/** Holidays of every year are written down for so many years from the start of a schedule. */
const HOLIDAY_YEARS = 10;

interface CalendarOptions {
  readonly schedules: readonly Schedule[];
  readonly holidays: readonly HolidayList[];
  /** Of the device. */
  readonly timeZone: string;
  /** When it is written, in milliseconds of the Unix epoch. */
  readonly now: number;
}

/** Every schedule and pulse as an iCalendar file (RFC 5545). A pulse is an event without an end. */
export function calendarText({ schedules, holidays, timeZone, now }: CalendarOptions): string {
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('prodid', '-//sipsiren//schedules//EN');
  calendar.addPropertyWithValue('version', '2.0');
  const clocks = new Map(
    schedules.map((schedule) => [schedule.id, new WallClock(schedule.timeZone || timeZone)] as const),
  );
  const earliest = Math.min(...schedules.map(({ start }) => timeOf(start)), now);
  for (const zone of new Set([...clocks.values()].map((clock) => clock.timeZone))) {
    if (zone !== 'UTC') calendar.addSubcomponent(timeZoneComponent(zone, { from: earliest, now }));
  }
  for (const schedule of schedules) {
    const clock = clocks.get(schedule.id) ?? new WallClock(timeZone);
    calendar.addSubcomponent(new EventWriter({ schedule, clock, holidays, now }).event);
  }
  return `${calendar.toString()}\r\n`;
}

interface EventWriterOptions {
  readonly schedule: Schedule;
  readonly clock: WallClock;
  readonly holidays: readonly HolidayList[];
  readonly now: number;
}

/** Writes one event. */
class EventWriter {
  readonly event = new ICAL.Component('vevent');
  readonly #clock: WallClock;
  /** Elapsed time is counted in UTC, whose hours are all alike. */
  readonly #isElapsed: boolean;

  constructor({ schedule, clock, holidays, now }: EventWriterOptions) {
    this.#clock = clock;
    this.#isElapsed = schedule.recurrence.repeat === 'interval';
    this.event.addPropertyWithValue('uid', `${schedule.id}@sipsiren`);
    this.event.addPropertyWithValue('dtstamp', utcTime(now));
    this.event.addPropertyWithValue('summary', schedule.name);
    if (!schedule.enabled) this.event.addPropertyWithValue('status', 'CANCELLED');
    const first = firstOf(schedule);
    const length = schedule.end === undefined ? undefined : timeOf(schedule.end) - timeOf(schedule.start);
    this.#addTime('dtstart', first);
    if (length !== undefined) this.#addTime('dtend', first + length);
    this.#addRule(schedule);
    for (const extra of schedule.extras) this.#addExtra(extra, length);
    for (const left of leftOut(schedule, holidays)) this.#addTime('exdate', left);
  }

  #addRule({ recurrence, until, count }: Schedule): void {
    const rule =
      recurrence.repeat === 'interval'
        ? `FREQ=${{ seconds: 'SECONDLY', minutes: 'MINUTELY', hours: 'HOURLY' }[recurrence.unit]};INTERVAL=${recurrence.every}`
        : ruleOf(recurrence);
    if (rule === undefined) return;
    const whole = [
      withUntil(rule, (text) => this.#untilText(timeOfUntil(text))),
      ...(until === undefined ? [] : [`UNTIL=${this.#untilText(timeOf(until) + DAY - 1_000)}`]),
      ...(count === undefined ? [] : [`COUNT=${count}`]),
    ];
    this.event.addPropertyWithValue('rrule', ICAL.Recur.fromString(whole.join(';')));
  }

  /** RFC 5545 section 3.3.10: the end is in UTC where the start has a time zone. */
  #untilText(time: LocalTime): string {
    return new Date(this.#clock.instantOf(time)).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  }

  /** As a period only where it is of another length: not every program reads those. */
  #addExtra({ start, end }: Schedule['extras'][number], length: number | undefined): void {
    if (end === undefined || timeOf(end) - timeOf(start) === length) {
      this.#addTime('rdate', timeOf(start));
      return;
    }
    const property = new ICAL.Property('rdate');
    property.resetType('period');
    this.#markZone(property);
    property.setValue(new ICAL.Period({ start: this.#time(timeOf(start)), end: this.#time(timeOf(end)) }));
    this.event.addProperty(property);
  }

  #addTime(name: string, time: LocalTime): void {
    const property = new ICAL.Property(name);
    property.resetType('date-time');
    this.#markZone(property);
    property.setValue(this.#time(time));
    this.event.addProperty(property);
  }

  #markZone(property: ICAL.Property): void {
    if (!this.#isUtc) property.setParameter('tzid', this.#clock.timeZone);
  }

  get #isUtc(): boolean {
    return this.#isElapsed || this.#clock.timeZone === 'UTC';
  }

  #time(time: LocalTime): ICAL.Time {
    if (this.#isUtc) return utcTime(this.#clock.instantOf(time));
    return ICAL.Time.fromDateTimeString(localTimeText(time));
  }
}

/**
 * When it comes first. Other programs take the start of an event for its first time even where it does not fit the
 * recurrence (RFC 5545 section 3.8.5.3 leaves that undefined).
 */
function firstOf({ start, recurrence }: Schedule): LocalTime {
  const from = timeOf(start);
  return ruleOf(recurrence) === undefined
    ? from
    : (new Recurrence({ start: from, settings: recurrence }).next(from - 1) ?? from);
}

/** The starts that exceptions and holidays leave out, at the time of day of the start. */
function leftOut(schedule: Schedule, holidays: readonly HolidayList[]): LocalTime[] {
  const start = timeOf(schedule.start);
  const year = new Date(start).getUTCFullYear();
  const dates = holidays.filter(({ id }) => schedule.holidays.includes(id)).flatMap((list) => list.dates);
  const days = dates.flatMap((date) =>
    date.length > 5
      ? [date]
      : Array.from({ length: HOLIDAY_YEARS }, (_none, index) => `${year + index}-${date}`),
  );
  return [...schedule.exceptions, ...days].flatMap((text) => {
    // 29 February is no day of most years.
    const time = parseLocalTime(text);
    return time === undefined ? [] : text.includes('T') ? time : time + (start - dayOf(start));
  });
}

function utcTime(instant: number): ICAL.Time {
  return ICAL.Time.fromDateTimeString(
    Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toString({ smallestUnit: 'second' }),
  );
}

/** `20271231T235959`. */
function timeOfUntil(text: string): LocalTime {
  const [, year, month, day, hour = '23', minute = '59', second = '59'] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?/.exec(text) ?? [];
  return timeOf(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
}

/** The text passed the schema. */
function timeOf(text: string): LocalTime {
  return parseLocalTime(text) ?? 0;
}
