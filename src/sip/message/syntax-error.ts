import { SipsirenError } from '../../base/errors.js';

/** What a peer wrote and no grammar allows: SIP_SYNTAX, with the header's name (or `Request-URI`) as its path. */
export function syntaxError(path: string, message: string): SipsirenError {
  return new SipsirenError('SIP_SYNTAX', `${path}: ${message}`, { path });
}
