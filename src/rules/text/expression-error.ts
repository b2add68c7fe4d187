import { SipsirenError } from '../../base/errors.js';

/** What is wrong with a regular expression, for a person. */
export function expressionError(message: string): SipsirenError {
  return new SipsirenError('INVALID_VALUE', message, { path: 'text' });
}
