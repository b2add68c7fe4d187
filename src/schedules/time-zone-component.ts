import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';

const YEARS_AHEAD = 10;
const MOST_CHANGES = 60;

/**
 * A VTIMEZONE (RFC 5545 section 3.6.5) with every change of the clock from a time on, for some years ahead; who
 * knows the zone by its name need not read it.
 */
export function timeZoneComponent(
  timeZone: string,
  { from, now }: { readonly from: number; readonly now: number },
): ICAL.Component {
  const zone = new ICAL.Component('vtimezone');
  zone.addPropertyWithValue('tzid', timeZone);
  const last = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(timeZone)
    .add({ years: YEARS_AHEAD });
  const first = Temporal.Instant.fromEpochMilliseconds(from)
    .toZonedDateTimeISO(timeZone)
    .subtract({ years: 1 });
  zone.addSubcomponent(observance('standard', first, { before: first.offset, after: first.offset }));
  let change = first.getTimeZoneTransition('next');
  for (let count = 0; change !== null && count < MOST_CHANGES; count++) {
    if (Temporal.ZonedDateTime.compare(change, last) > 0) break;
    const before = change.subtract({ nanoseconds: 1 });
    const kind = change.offsetNanoseconds > before.offsetNanoseconds ? 'daylight' : 'standard';
    zone.addSubcomponent(observance(kind, change, { before: before.offset, after: change.offset }));
    change = change.getTimeZoneTransition('next');
  }
  return zone;
}

/** It begins at the reading that the clock would have had without the change. */
function observance(
  kind: 'standard' | 'daylight',
  change: Temporal.ZonedDateTime,
  { before, after }: { readonly before: string; readonly after: string },
): ICAL.Component {
  const component = new ICAL.Component(kind);
  const onset = change.toInstant().toZonedDateTimeISO(before).toPlainDateTime();
  component.addPropertyWithValue(
    'dtstart',
    ICAL.Time.fromDateTimeString(onset.toString({ smallestUnit: 'second' })),
  );
  component.addPropertyWithValue('tzoffsetfrom', ICAL.UtcOffset.fromString(before));
  component.addPropertyWithValue('tzoffsetto', ICAL.UtcOffset.fromString(after));
  return component;
}
