import type { Schedule } from './schedule.js';

type ElapsedRecurrence = Extract<Schedule['recurrence'], { repeat: 'interval' }>;

const UNITS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000 } as const;

interface ElapsedPulseOptions {
  /** Its first instant, and the last that it may have, in milliseconds of the Unix epoch. */
  readonly begin: number;
  readonly last: number;
  readonly count: number | undefined;
  readonly recurrence: ElapsedRecurrence;
}

/** Comes every so many seconds, minutes or hours, whatever the clock on the wall does meanwhile. */
export class ElapsedPulse {
  readonly #begin: number;
  readonly #last: number;
  readonly #step: number;

  constructor({ begin, last, count, recurrence: { every, unit } }: ElapsedPulseOptions) {
    this.#begin = begin;
    this.#step = every * UNITS[unit];
    this.#last = Math.min(last, count === undefined ? Infinity : begin + (count - 1) * this.#step);
  }

  /** The first instant after this one. */
  next(instant: number): number | undefined {
    const place = Math.max(0, Math.floor((instant - this.#begin) / this.#step) + 1);
    const next = this.#begin + place * this.#step;
    return next > this.#last ? undefined : next;
  }
}
