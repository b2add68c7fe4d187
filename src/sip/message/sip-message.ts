import type { SipRequest } from './sip-request.js';
import type { SipResponse } from './sip-response.js';

/** Everything that SIP sends, told apart by `kind`. */
export type SipMessage = SipRequest | SipResponse;
