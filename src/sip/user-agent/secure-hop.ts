import { isSipUri, SipUri, type SipRequest, type Uri } from '../message/index.js';

/**
 * The next hop of a request as it is to be reached: over TLS where the request or its session is SIPS, even if the
 * hop itself is a `sip:` URI, since SIPS promises TLS on every hop (RFC 5630 section 3.1.3).
 */
export function hopOf(nextHop: Uri, isSecure: boolean): Uri {
  if (!isSecure || !isSipUri(nextHop) || nextHop.scheme === 'sips') return nextHop;
  const { user, password, host, port, parameters, headers } = nextHop;
  // `transport=tls` in a SIPS URI is deprecated, and says the same (section 3.1.4).
  const kept = nextHop.transport === 'tls' ? parameters.without('transport') : parameters;
  return new SipUri('sips', user, password, host, port, kept, headers);
}

/** Whether our Contact must be SIPS in the answer to a request that makes a dialog (RFC 3261 section 12.1.1). */
export function asksForSecureContact(request: SipRequest): boolean {
  if (request.uri.scheme === 'sips') return true;
  const [router] = request.recordRoutes;
  return (router ?? request.contacts[0])?.uri.scheme === 'sips';
}
