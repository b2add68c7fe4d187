import type { HeaderField } from './header-field.js';
import type { SipMessage } from './sip-message.js';

/** Reads a header as a typed value, where a malformed one counts as absent. For what a call does not hang on. */
export function readLeniently<Value>(message: SipMessage, field: HeaderField<Value>): Value | undefined {
  try {
    return message.headers.read(field);
  } catch {
    // A field fails by SIP_SYNTAX only, which is the peer's.
    return undefined;
  }
}
