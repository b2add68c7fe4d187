import ICAL from 'ical.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import { DAY, localDateText, localTimeText, parseLocalTime } from './local-time.js';
import { normalRule, withUntil } from './rrule-text.js';
import { WallClock } from './wall-clock.js';

/** A schedule as it stands in a calendar, for the schema of schedules to check. */
export interface CalendarSchedule {
  readonly name: string;
  readonly kind: 'interval' | 'pulse';
  readonly enabled: boolean;
  readonly start: string;
  readonly end?: string;
  readonly recurrence: { readonly repeat: 'never' } | { readonly repeat: 'rule'; readonly rrule: string };
  readonly timeZone: string;
  readonly exceptions: readonly string[];
  readonly extras: readonly { readonly start: string; readonly end?: string }[];
}

interface ReadOptions {
  /** Stands in for zones that are known by no name, such as those of some mail programs; empty refuses them. */
  readonly timeZone?: string;
}

const LONGEST_NAME = 64;
const MOST_EVENTS = 500;

/**
 * Reads the events of an iCalendar file (RFC 5545). One without an end and a duration is a pulse. Throws
 * INVALID_VALUE with the event that cannot be read: a schedule that is silently at another time is worse than none.
 */
export function readCalendar(text: string, { timeZone = '' }: ReadOptions = {}): CalendarSchedule[] {
  const calendar = calendarIn(text);
  const events = calendar.getAllSubcomponents('vevent');
  if (events.length === 0) throw refused('there is no event (VEVENT) in the file');
  if (events.length > MOST_EVENTS) throw refused(`there are more than ${MOST_EVENTS} events in the file`);
  const zones = new ZoneNames(calendar, timeZone);
  const changed = events.filter((event) => event.getFirstProperty('recurrence-id') !== null);
  return events
    .filter((event) => !changed.includes(event))
    .map((event) => {
      const uid = textOf(event, 'uid');
      const name = nameOf(event);
      try {
        return new EventReader({
          event,
          zones,
          changes: uid === '' ? [] : changed.filter((one) => textOf(one, 'uid') === uid),
        }).read(name);
      } catch (error) {
        throw refused(`the event "${name}" cannot be taken over: ${messageOf(error)}`);
      }
    });
}

/** The days of a calendar of holidays, as `2026-04-03`. Throws INVALID_VALUE. */
export function readHolidays(text: string): string[] {
  const days = readCalendar(text, { timeZone: 'UTC' }).flatMap(
    ({ start, end, recurrence, exceptions, extras }) => {
      if (recurrence.repeat === 'rule') {
        if (!/^FREQ=YEARLY(?:;INTERVAL=1)?(?:;BYMONTH=\d+;BYMONTHDAY=\d+)?$/.test(recurrence.rrule)) {
          throw refused(
            `a holiday recurs by "${recurrence.rrule}"; give its days, or FREQ=YEARLY for the same day each year`,
          );
        }
        return [start.slice(5, 10)];
      }
      const first = parseLocalTime(start.slice(0, 10)) ?? 0;
      const last = end === undefined ? first : (parseLocalTime(end) ?? first) - 1;
      const own: string[] = [];
      for (let day = first; day <= last || day === first; day += DAY) own.push(localDateText(day));
      return [...own, ...extras.map((extra) => extra.start.slice(0, 10))].filter(
        (day) => !exceptions.includes(day),
      );
    },
  );
  return [...new Set(days)].toSorted();
}

/** Which time zone a TZID is; its rules, where the file has them, are not what counts but its name. */
class ZoneNames {
  readonly #locations = new Map<string, string>();
  readonly #standIn: string;

  constructor(calendar: ICAL.Component, standIn: string) {
    this.#standIn = standIn;
    for (const zone of calendar.getAllSubcomponents('vtimezone')) {
      this.#locations.set(textOf(zone, 'tzid'), textOf(zone, 'x-lic-location'));
    }
  }

  /** Throws where no name is known. */
  resolve(tzid: string): string {
    for (const name of [
      tzid,
      tzid.split('/').slice(-2).join('/'),
      this.#locations.get(tzid) ?? '',
      this.#standIn,
    ]) {
      if (isZone(name)) return name;
    }
    throw new RangeError(
      `its time zone "${tzid}" is no known one; say in the import which zone is meant instead`,
    );
  }
}

interface EventReaderOptions {
  readonly event: ICAL.Component;
  readonly zones: ZoneNames;
  /** Events that stand in for single times of this one (RECURRENCE-ID). */
  readonly changes: readonly ICAL.Component[];
}

/** Reads one event. */
class EventReader {
  readonly #event: ICAL.Component;
  readonly #zones: ZoneNames;
  readonly #changes: readonly ICAL.Component[];
  /** Of the start; empty is the device's own. */
  readonly #timeZone: string;

  constructor({ event, zones, changes }: EventReaderOptions) {
    this.#event = event;
    this.#zones = zones;
    this.#changes = changes;
    const start = event.getFirstProperty('dtstart');
    if (!start) throw new RangeError('it has no start (DTSTART)');
    this.#timeZone = this.#zoneOf(start);
  }

  read(name: string): CalendarSchedule {
    const { start, end } = this.#spanOf(this.#event);
    const changes = this.#changes.map((change) => ({
      instead: this.#timesOf(change, 'recurrence-id')[0]?.start ?? '',
      span: this.#spanOf(change),
      isCancelled: textOf(change, 'status') === 'CANCELLED',
    }));
    return {
      name,
      kind: end === undefined ? 'pulse' : 'interval',
      enabled: textOf(this.#event, 'status') !== 'CANCELLED',
      start,
      ...(end !== undefined && { end }),
      recurrence: this.#recurrence(),
      timeZone: this.#timeZone,
      exceptions: [
        ...this.#timesOf(this.#event, 'exdate').map((left) =>
          left.isDate ? left.start.slice(0, 10) : left.start,
        ),
        ...changes.map(({ instead }) => instead),
      ],
      extras: [
        ...this.#timesOf(this.#event, 'rdate').map((extra) => this.#extra(extra, { start, end })),
        ...changes.filter(({ isCancelled }) => !isCancelled).map(({ span }) => span),
      ],
    };
  }

  /** One that says only when it begins is as long as the first. */
  #extra(
    extra: { readonly start: string; readonly end?: string },
    first: { readonly start: string; readonly end: string | undefined },
  ): { start: string; end?: string } {
    const { start } = extra;
    if (first.end === undefined) return { start };
    const length = (parseLocalTime(first.end) ?? 0) - (parseLocalTime(first.start) ?? 0);
    return { start, end: extra.end ?? localTimeText((parseLocalTime(start) ?? 0) + length) };
  }

  #spanOf(event: ICAL.Component): { readonly start: string; readonly end?: string } {
    const [start] = this.#timesOf(event, 'dtstart');
    if (!start) throw new RangeError('it has no start (DTSTART)');
    const [end] = this.#timesOf(event, 'dtend');
    if (end) return { start: start.start, end: end.start };
    const duration = event.getFirstPropertyValue('duration');
    const length = duration instanceof ICAL.Duration ? duration.toSeconds() * 1_000 : start.isDate ? DAY : 0;
    if (length === 0) return { start: start.start };
    return { start: start.start, end: localTimeText((parseLocalTime(start.start) ?? 0) + length) };
  }

  #recurrence(): CalendarSchedule['recurrence'] {
    const rules = this.#event.getAllProperties('rrule');
    const [rule] = rules;
    if (!rule) return { repeat: 'never' };
    if (rules.length > 1) throw new RangeError('it has several recurrence rules; make an event of each');
    const text = normalRule(String(rule.getFirstValue()));
    return {
      repeat: 'rule',
      // An end in UTC becomes one by the clock that the event goes by.
      rrule: withUntil(text, (until) => (until.endsWith('Z') ? this.#localUntil(until) : until)),
    };
  }

  #localUntil(until: string): string {
    const [, year, month, day, hour, minute, second] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(until) ?? [];
    const instant = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    return localTimeText(this.#read(instant)).replaceAll(/[-:]/g, '');
  }

  #timesOf(event: ICAL.Component, name: string): { start: string; end?: string; isDate: boolean }[] {
    return event.getAllProperties(name).flatMap((property) => {
      const zone = this.#zoneOf(property);
      return property.getValues().map((value: unknown) => {
        if (value instanceof ICAL.Period) {
          return {
            start: this.#text(value.start, zone),
            end: this.#text(value.getEnd(), zone),
            isDate: false,
          };
        }
        if (!(value instanceof ICAL.Time)) throw new RangeError(`${name.toUpperCase()} is no time`);
        return { start: this.#text(value, zone), isDate: value.isDate };
      });
    });
  }

  #zoneOf(property: ICAL.Property): string {
    const tzid = property.getFirstParameter('tzid');
    if (tzid) return this.#zones.resolve(tzid);
    const value: unknown = property.getFirstValue();
    return value instanceof ICAL.Time && value.zone === ICAL.Timezone.utcTimezone ? 'UTC' : '';
  }

  /** By the clock that the event goes by, whatever zone this time is given in. */
  #text(time: ICAL.Time, zone: string): string {
    const { year, month, day, hour, minute, second } = time;
    const local = Date.UTC(year, month - 1, day, hour, minute, second);
    if (zone === this.#timeZone || zone === '') return localTimeText(local);
    return localTimeText(this.#read(new WallClock(zone).instantOf(local)));
  }

  #read(instant: number): number {
    return this.#timeZone === '' ? instant : new WallClock(this.#timeZone).read(instant);
  }
}

function calendarIn(text: string): ICAL.Component {
  try {
    const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
    if (calendar.name === 'vcalendar') return calendar;
  } catch (error) {
    throw refused(`this is no iCalendar file: ${messageOf(error)}`);
  }
  throw refused(
    'this is no iCalendar file: it does not begin with BEGIN:VCALENDAR, or holds several calendars',
  );
}

function nameOf(event: ICAL.Component): string {
  const name = textOf(event, 'summary').trim();
  return name === '' ? 'Unnamed' : name.slice(0, LONGEST_NAME).trim();
}

function textOf(component: ICAL.Component, property: string): string {
  const value: unknown = component.getFirstPropertyValue(property);
  return typeof value === 'string' ? value : '';
}

function isZone(name: string): boolean {
  try {
    return name !== '' && new WallClock(name).timeZone !== '';
  } catch {
    // Intl throws for what it does not know.
    return false;
  }
}

function refused(message: string): SipsirenError {
  return new SipsirenError('INVALID_VALUE', `The calendar was not imported: ${message}.`, {
    path: 'calendar',
  });
}
