/**
 * A reading of the clock on the wall, without a time zone, in milliseconds as though it were UTC. Days of such
 * readings are always 24 hours long, which is what calendars count in.
 */
export type LocalTime = number;

export const DAY = 86_400_000;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_AND_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/;

/** Reads `2026-12-24`, the beginning of that day, or `2026-12-24T18:30`; undefined for what is none. */
export function parseLocalTime(text: string): LocalTime | undefined {
  const [, ...parts]: readonly (string | undefined)[] = DATE.exec(text) ?? DATE_AND_TIME.exec(text) ?? [];
  if (parts.length === 0) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map((part) =>
    Number(part ?? 0),
  );
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC takes 30 February for 2 March, and 24:00 for the next day.
  return localTimeText(time).startsWith(text) ? time : undefined;
}

/** `2026-12-24T18:30:00`. */
export function localTimeText(time: LocalTime): string {
  return new Date(time).toISOString().slice(0, 19);
}

/** `2026-12-24`. */
export function localDateText(time: LocalTime): string {
  return localTimeText(time).slice(0, 10);
}

/** The beginning of the day. */
export function dayOf(time: LocalTime): LocalTime {
  return Math.floor(time / DAY) * DAY;
}
