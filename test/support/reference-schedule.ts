/** What a recurrence means, day by day. */
type Settings =
  | { readonly repeat: 'daily'; readonly every: number }
  | { readonly repeat: 'weekly'; readonly every: number; readonly days: readonly string[] }
  | { readonly repeat: 'monthly'; readonly every: number; readonly days: readonly number[] };

interface ReferenceInput {
  /** The first start on 1 January, by the clock on the wall, in milliseconds as though it were UTC. */
  readonly begin: number;
  readonly length: number;
  readonly settings: Settings;
  readonly exceptions: readonly string[];
}

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 86_400_000;
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/**
 * What a schedule means, as plainly as it can be said: minute by minute through a year somebody looks at the clock
 * on the wall, and whether an interval that has begun has ended. Knows no library for time but Intl.
 */
export class ReferenceSchedule {
  readonly from: number;
  readonly to: number;
  readonly #year: number;
  /** The latest that the clock has read by each minute. */
  readonly #read: Float64Array;

  constructor(timeZone: string, year: number) {
    this.#year = year;
    this.from = Date.UTC(year - 1, 11, 30);
    this.to = Date.UTC(year + 1, 0, 2);
    this.#read = new Float64Array((this.to - this.from) / MINUTE);
    const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
    let latest = -Infinity;
    let offset = 0;
    for (let instant = this.from; instant < this.to; instant += MINUTE) {
      if (instant % QUARTER === 0) offset = offsetIn(format.format(instant));
      latest = Math.max(latest, instant + offset);
      this.#read[(instant - this.from) / MINUTE] = latest;
    }
  }

  /** Every instant at which it becomes active or ends. */
  changes(input: ReferenceInput): number[] {
    const starts = startsOf(input, this.#year);
    const changes: number[] = [];
    let wasActive = false;
    let begun = 0;
    let end = -Infinity;
    for (const [minute, read] of this.#read.entries()) {
      for (let start = starts[begun]; start !== undefined && start <= read; start = starts[++begun]) {
        end = Math.max(end, start + input.length);
      }
      const isActive = read < end;
      if (isActive !== wasActive) changes.push(this.from + minute * MINUTE);
      wasActive = isActive;
    }
    return changes;
  }
}

/** `GMT+13:45` in milliseconds. */
function offsetIn(text: string): number {
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d+):(\d+)/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE;
}

function startsOf({ begin, settings, exceptions }: ReferenceInput, year: number): number[] {
  const starts: number[] = [];
  for (let start = begin; start < Date.UTC(year + 1, 0, 4); start += DAY) {
    const date = new Date(start);
    const isLeft = exceptions.includes(date.toISOString().slice(0, 10));
    if (!isLeft && fits(settings, date, begin)) starts.push(start);
  }
  return starts;
}

function fits(settings: Settings, date: Date, begin: number): boolean {
  switch (settings.repeat) {
    case 'daily':
      return ((date.getTime() - begin) / DAY) % settings.every === 0;
    case 'weekly':
      return (
        weeksBetween(begin, date.getTime()) % settings.every === 0 &&
        settings.days.includes(WEEKDAYS[date.getUTCDay()] ?? '')
      );
    case 'monthly':
      return (
        (date.getUTCMonth() + 12 * (date.getUTCFullYear() - new Date(begin).getUTCFullYear())) %
          settings.every ===
          0 && settings.days.includes(date.getUTCDate())
      );
  }
}

/** Weeks begin on Mondays; 1 January 1970 was a Thursday. */
function weeksBetween(one: number, other: number): number {
  const week = (time: number) => Math.floor((Math.floor(time / DAY) + 3) / 7);
  return week(other) - week(one);
}
