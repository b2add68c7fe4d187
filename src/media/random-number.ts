import { randomToken } from '../base/ids.js';

/** An unguessable number of 32 bits, as RFC 3550 asks for identifiers and for where counters begin (section 8). */
export function randomNumber(): number {
  return parseInt(randomToken(4), 16);
}
