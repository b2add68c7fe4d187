import { Temporal } from 'temporal-polyfill';
import type { LocalTime } from './local-time.js';

/**
 * The clock on the wall in a time zone, as schedules see it: a time has come at the first instant at which the clock
 * reads it, or a later time. So what lies in the hour that is skipped in spring comes when the clocks are set
 * forward, what lies in the hour that comes twice in autumn comes once, with the first (RFC 5545 section 3.3.5),
 * and nothing ever ends before it began.
 */
export class WallClock {
  readonly timeZone: string;

  /** Throws where there is no such time zone. */
  constructor(timeZone: string) {
    this.timeZone = new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  }

  /** The latest time that has come by this instant, in milliseconds of the Unix epoch. */
  read(instant: number): LocalTime {
    const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(
      this.timeZone,
    );
    const reading = localTimeOf(zoned);
    const first = zoned.toPlainDateTime().toZonedDateTime(this.timeZone, { disambiguation: 'earlier' });
    if (first.epochMilliseconds >= zoned.epochMilliseconds) return reading;
    // The clock was set back and reads this for the second time: the latest that has come is what it read before that.
    const setBack = first.getTimeZoneTransition('next');
    return setBack === null ? reading : localTimeOf(setBack.subtract({ nanoseconds: 1 }));
  }

  /** The instant at which the time comes, in milliseconds of the Unix epoch. */
  instantOf(time: LocalTime): number {
    const plain = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO('UTC').toPlainDateTime();
    const before = plain.toZonedDateTime(this.timeZone, { disambiguation: 'earlier' });
    if (localTimeOf(before) === time) return before.epochMilliseconds;
    // The time is skipped: `earlier` gives an instant before the clocks are set forward.
    return before.getTimeZoneTransition('next')?.epochMilliseconds ?? before.epochMilliseconds;
  }

  /** `2026-12-24T18:30:00+01:00`. */
  text(instant: number): string {
    return Temporal.Instant.fromEpochMilliseconds(instant)
      .toZonedDateTimeISO(this.timeZone)
      .toString({ timeZoneName: 'never', smallestUnit: 'second' });
  }
}

function localTimeOf(zoned: Temporal.ZonedDateTime): LocalTime {
  return zoned.toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds;
}
