import type { HeaderLine, SipRequest, SipResponse } from '../message/index.js';
import type { Target } from '../transport/flow.js';

/** Where the credentials of an account come from when a request is challenged. */
export interface CredentialSource {
  /**
   * The Authorization and Proxy-Authorization lines for sending `request` again after the challenges of
   * `response` (RFC 3261 section 22), in place of those it had. Undefined where no challenge may or can be
   * answered: a stranger asks, the password was refused, or no algorithm is known.
   *
   * @param target - Where `request` was sent to; whether that is one of ours decides all.
   */
  answer(response: SipResponse, request: SipRequest, target: Target): readonly HeaderLine[] | undefined;
}
