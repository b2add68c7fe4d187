import { milliseconds, type Duration } from '../base/duration.js';

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 5 * 60 * 1_000;

/**
 * How long to wait after so many failed attempts: twice as long each time up to five minutes, and somewhere in the
 * upper half of it, so that many devices do not come back to a server at the same instant.
 *
 * @param random - From 0 to 1.
 */
export function retryWait(attempts: number, random: number): Duration {
  const whole = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(30, Math.max(0, attempts - 1)));
  return milliseconds(Math.round(whole * (0.5 + random / 2)));
}
