import { followUpOf } from './cancel-of.js';
import type { SipRequest } from './sip-request.js';
import type { SipResponse } from './sip-response.js';

/** The ACK of a final response that is no 2xx (RFC 3261 section 17.1.1.3): its To is that of the response. */
export function ackOf(invite: SipRequest, response: SipResponse): SipRequest {
  return followUpOf(invite, 'ACK', response.headers);
}
