import type { HolidayList } from './holidays.js';
import { DAY, dayOf, localDateText, type LocalTime, localTimeText, parseLocalTime } from './local-time.js';
import { ElapsedPulse } from './elapsed-pulse.js';
import { Recurrence } from './recurrence.js';
import type { Schedule } from './schedule.js';
import { WallClock } from './wall-clock.js';

/** How a schedule is at an instant. All in milliseconds of the Unix epoch. */
export interface ScheduleState {
  readonly active: boolean;
  /** The next instant at which it may be otherwise, or the next one of a pulse; none where nothing comes any more. */
  readonly next: number | undefined;
}

/** One time that it comes, in milliseconds of the Unix epoch. A pulse ends when it starts. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
}

interface PlanOptions {
  readonly schedule: Schedule;
  /** Of the device, for a schedule that names none. */
  readonly timeZone: string;
  readonly holidays: readonly HolidayList[];
}

/** So many days with exceptions, or intervals that run into each other, are looked through at a time. */
const PATIENCE = 500;

/** A schedule made ready to be asked how it is. Pure: it reads no clock. */
export class Plan {
  readonly schedule: Schedule;
  readonly wallClock: WallClock;
  readonly #length: number;
  readonly #recurrence: Recurrence | undefined;
  readonly #elapsed: ElapsedPulse | undefined;
  readonly #extras: readonly { readonly start: LocalTime; readonly end: LocalTime }[];
  readonly #left: ReadonlySet<string>;

  constructor({ schedule, timeZone, holidays }: PlanOptions) {
    this.schedule = schedule;
    this.wallClock = new WallClock(schedule.timeZone || timeZone);
    const start = timeOf(schedule.start);
    this.#length = schedule.end === undefined ? 0 : timeOf(schedule.end) - start;
    const { recurrence, until, count } = schedule;
    const last = until === undefined ? undefined : timeOf(until) + DAY - 1_000;
    if (recurrence.repeat === 'interval') {
      this.#elapsed = new ElapsedPulse({
        begin: this.wallClock.instantOf(start),
        last: last === undefined ? Infinity : this.wallClock.instantOf(last),
        count,
        recurrence,
      });
    } else this.#recurrence = new Recurrence({ start, settings: recurrence, last, count });
    this.#extras = schedule.extras.map((extra) => ({
      start: timeOf(extra.start),
      end: timeOf(extra.end ?? extra.start),
    }));
    this.#left = new Set([
      ...schedule.exceptions.map((text) => (text.includes('T') ? localTimeText(timeOf(text)) : text)),
      ...holidays.filter(({ id }) => schedule.holidays.includes(id)).flatMap(({ dates }) => dates),
    ]);
  }

  /** How it is at the instant, and until when. Never throws: a search that takes too long finds nothing. */
  stateAt(instant: number): ScheduleState {
    if (!this.schedule.enabled) return { active: false, next: undefined };
    const time = this.wallClock.read(instant);
    if (this.schedule.kind === 'pulse') return { active: false, next: this.#nextPulse(instant) };
    const end = this.#endOfActivity(time);
    const next = end ?? this.#nextStart(time);
    return {
      active: end !== undefined,
      next: next === undefined ? undefined : this.wallClock.instantOf(next),
    };
  }

  /** The next times that it comes, the one that goes on included. */
  occurrences(instant: number, most: number): readonly Occurrence[] {
    if (!this.schedule.enabled) return [];
    return this.schedule.kind === 'pulse' ? this.#pulses(instant, most) : this.#intervals(instant, most);
  }

  #pulses(instant: number, most: number): Occurrence[] {
    const found: Occurrence[] = [];
    for (let next = this.#nextPulse(instant); next !== undefined && found.length < most;) {
      found.push({ start: next, end: next });
      next = this.#nextPulse(next);
    }
    return found;
  }

  #intervals(instant: number, most: number): Occurrence[] {
    let time = this.wallClock.read(instant);
    const going = this.#covering(time);
    const found = going ? [this.#occurrence(going)] : [];
    for (let steps = 0; found.length < most && steps < PATIENCE; steps++) {
      const start = this.#nextStart(time);
      if (start === undefined) break;
      const extra = this.#extras.find((one) => one.start === start);
      const occurrence = this.#occurrence({ start, end: extra?.end ?? start + this.#length });
      // What lies in a skipped hour as a whole does not come.
      if (occurrence.end > occurrence.start) found.push(occurrence);
      time = start;
    }
    return found;
  }

  #occurrence({ start, end }: { readonly start: LocalTime; readonly end: LocalTime }): Occurrence {
    return { start: this.wallClock.instantOf(start), end: this.wallClock.instantOf(end) };
  }

  #nextPulse(instant: number): number | undefined {
    const comes = [this.#nextElapsed(instant), this.#nextByClock(instant)].filter((one) => one !== undefined);
    return comes.length === 0 ? undefined : Math.min(...comes);
  }

  #nextByClock(instant: number): number | undefined {
    let from = this.wallClock.read(instant);
    for (let steps = 0; steps < PATIENCE; steps++) {
      const next = this.#nextStart(from);
      if (next === undefined) return undefined;
      const comes = this.wallClock.instantOf(next);
      // What is skipped by the clock comes at one instant, and once.
      if (comes > instant) return comes;
      from = next;
    }
    return undefined;
  }

  #nextElapsed(instant: number): number | undefined {
    let after = instant;
    for (let steps = 0; steps < PATIENCE; steps++) {
      const next = this.#elapsed?.next(after);
      if (next === undefined) return undefined;
      const time = this.wallClock.read(next);
      const left = this.#isLeftOut(time);
      if (left === undefined) return next;
      after = left === 'day' ? this.wallClock.instantOf(dayOf(time) + DAY) - 1 : next;
    }
    return undefined;
  }

  /** Until when it goes on, with what follows without a pause; undefined where it does not. */
  #endOfActivity(time: LocalTime): LocalTime | undefined {
    let end = this.#covering(time)?.end;
    for (let steps = 0; end !== undefined && steps < PATIENCE; steps++) {
      const following = this.#covering(end);
      if (following === undefined) return end;
      end = following.end;
    }
    return end;
  }

  /** The interval in which this time lies that ends last. All that recur are of one length, so the newest does. */
  #covering(time: LocalTime): { readonly start: LocalTime; readonly end: LocalTime } | undefined {
    const extras = this.#extras.filter((extra) => extra.start <= time && time < extra.end);
    const recurring = this.#previousStart(time);
    const all =
      recurring === undefined ? extras : [...extras, { start: recurring, end: recurring + this.#length }];
    return all.toSorted((one, other) => other.end - one.end)[0];
  }

  /** The latest start that is not left out and whose interval has not ended. */
  #previousStart(time: LocalTime): LocalTime | undefined {
    let before = time;
    for (let steps = 0; steps < PATIENCE; steps++) {
      const start = patiently(() => this.#recurrence?.previous(before));
      if (start === undefined || start + this.#length <= time) return undefined;
      const left = this.#isLeftOut(start);
      if (left === undefined) return start;
      before = left === 'day' ? dayOf(start) - 1 : start - 1;
    }
    return undefined;
  }

  #nextStart(time: LocalTime): LocalTime | undefined {
    const recurring = this.#nextRecurring(time);
    const extras = this.#extras.map(({ start }) => start).filter((start) => start > time);
    const all = recurring === undefined ? extras : [...extras, recurring];
    return all.length === 0 ? undefined : Math.min(...all);
  }

  #nextRecurring(time: LocalTime): LocalTime | undefined {
    let after = time;
    for (let steps = 0; steps < PATIENCE; steps++) {
      const start = patiently(() => this.#recurrence?.next(after));
      if (start === undefined) return undefined;
      const left = this.#isLeftOut(start);
      if (left === undefined) return start;
      after = left === 'day' ? dayOf(start) + DAY - 1 : start;
    }
    return undefined;
  }

  #isLeftOut(start: LocalTime): 'day' | 'time' | undefined {
    const date = localDateText(start);
    if (this.#left.has(date) || this.#left.has(date.slice(5))) return 'day';
    return this.#left.has(localTimeText(start)) ? 'time' : undefined;
  }
}

/** A search that takes too long finds nothing: it must not hold up an alarm. Such rules are refused when they are saved. */
function patiently(search: () => LocalTime | undefined): LocalTime | undefined {
  try {
    return search();
  } catch {
    // The library throws where its bounds are reached.
    return undefined;
  }
}

/** The text passed the schema. */
function timeOf(text: string): LocalTime {
  return parseLocalTime(text) ?? 0;
}
