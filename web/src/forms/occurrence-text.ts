import { TEXTS } from '../texts.js';

/** When a schedule comes, as the API tells it; times in milliseconds of the Unix epoch. */
export type Occurrences = {
  readonly next: readonly { readonly start: number; readonly end?: number }[];
  readonly timeZoneInUse: string;
};

export function isOccurrences(answer: object): answer is Occurrences {
  return 'next' in answer && Array.isArray(answer.next) && 'timeZoneInUse' in answer;
}

/** Each of the next times, by the clock on the wall where the schedule hangs. */
export function occurrenceLines({ next, timeZoneInUse }: Occurrences): readonly string[] {
  const { never, timesIn } = TEXTS.settings;
  if (next.length === 0) return [never];
  const clock = clockIn(timeZoneInUse);
  const spans = next.map(({ start, end }) =>
    end === undefined ? clock.format(start) : clock.formatRange(start, end),
  );
  return [timesIn(timeZoneInUse), ...spans];
}

function clockIn(timeZone: string): Intl.DateTimeFormat {
  const options = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  } as const;
  try {
    return new Intl.DateTimeFormat(undefined, { ...options, timeZone });
  } catch (_unknown) {
    // A browser that does not know the zone shows its own time, whose zone it names.
    return new Intl.DateTimeFormat(undefined, { ...options, timeZoneName: 'short' });
  }
}
