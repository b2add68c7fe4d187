import { SipsirenError } from '../../base/errors.js';

/**
 * A line break in a value would let whoever chose the value write headers of their own.
 * Errors: INVALID_VALUE that names the header.
 */
export function refuseLineBreak(name: string, value: string): void {
  if (!value.includes('\n') && !value.includes('\r')) return;
  throw new SipsirenError('INVALID_VALUE', `The text of ${name} must not hold a line break.`, { path: name });
}
