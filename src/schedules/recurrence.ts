import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { localTimeText, type LocalTime } from './local-time.js';
import { type RecurrenceSettings, ruleOf } from './recurrence-schema.js';

/** A rule that has found nothing after so many steps never will; the search must not hold the device up. */
const MOST_STEPS = 1_500;
const MOST_CANDIDATES = 20_000;

interface RecurrenceOptions {
  /** The first time. */
  readonly start: LocalTime;
  readonly settings: RecurrenceSettings;
  /** Nothing comes after it. */
  readonly last?: LocalTime | undefined;
  readonly count?: number | undefined;
}

/**
 * The times of a recurrence, by the clock on the wall. They are looked for in UTC, whose days are all alike; when
 * such a time comes in a time zone is the wall clock's business. Its methods throw where the search takes too long.
 */
export class Recurrence {
  readonly #start: LocalTime;
  readonly #rule: RRuleTemporal | undefined;

  constructor({ start, settings, last, count }: RecurrenceOptions) {
    this.#start = start;
    const rule = ruleOf(settings);
    if (rule === undefined) return;
    const ends = [
      ...(last === undefined ? [] : [`UNTIL=${compactText(last)}Z`]),
      ...(count === undefined ? [] : [`COUNT=${count}`]),
    ];
    this.#rule = new RRuleTemporal({
      rruleString: `RRULE:${[withUtcUntil(rule), ...ends].join(';')}`,
      dtstart: Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO('UTC'),
      maxIterations: MOST_STEPS,
      maxCandidateEvaluations: MOST_CANDIDATES,
    });
  }

  /** The first one after this time. */
  next(time: LocalTime): LocalTime | undefined {
    if (this.#rule === undefined) return this.#start > time ? this.#start : undefined;
    return this.#rule.next(new Date(Math.max(time, this.#start - 1)), false)?.epochMilliseconds;
  }

  /** The last one at this time or before it. */
  previous(time: LocalTime): LocalTime | undefined {
    if (time < this.#start) return undefined;
    if (this.#rule === undefined) return this.#start;
    return this.#rule.previous(new Date(time), true)?.epochMilliseconds;
  }
}

/** `20261224T183000`. */
function compactText(time: LocalTime): string {
  return localTimeText(time).replaceAll(/[-:]/g, '');
}

/** The end of a rule is by the same clock as its times; a day alone means until its end. */
function withUtcUntil(rule: string): string {
  return rule.replace(/UNTIL=(\d{8})(T\d{6})?Z?/, (_all, date: string, time: string | undefined) => {
    return `UNTIL=${date}${time ?? 'T235959'}Z`;
  });
}
