const formats = new Map<string, Intl.DateTimeFormat>();

/** So many time zones are kept; a device has one. */
const MOST_KEPT = 16;

/** A moment as the clock on the wall shows it. */
export interface LocalTime {
  /** `2026-12-06` */
  readonly date: string;
  /** `03:00:00` */
  readonly time: string;
  /** `Sunday` */
  readonly weekday: string;
  /** `+01:00` */
  readonly offset: string;
}

/** Milliseconds since the Unix epoch in an IANA time zone. */
export function localTimeOf(at: number, timeZone: string): LocalTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const offset = part('timeZoneName').replace('GMT', '');
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}:${part('second')}`,
    weekday: part('weekday'),
    offset: offset === '' ? '+00:00' : offset,
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  if (formats.size >= MOST_KEPT) formats.clear();
  formats.set(timeZone, format);
  return format;
}
