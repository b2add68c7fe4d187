import { HeaderList } from './header-list.js';
import { SipRequest } from './sip-request.js';

/**
 * The CANCEL of an INVITE (RFC 3261 section 9.1): same Request-URI, Call-ID, To, From, CSeq number, Route and
 * top Via, and nothing that would ask for extensions.
 */
export function cancelOf(invite: SipRequest): SipRequest {
  return followUpOf(invite, 'CANCEL', invite.headers);
}

/** A request of the same transaction as the INVITE, with the To of another message. */
export function followUpOf(invite: SipRequest, method: string, toSource: HeaderList): SipRequest {
  const headers = new HeaderList();
  headers.append('Via', invite.topVia.toString());
  headers.append('Max-Forwards', '70');
  headers.copyFrom(invite.headers, 'Route');
  headers.copyFrom(invite.headers, 'From');
  headers.copyFrom(toSource, 'To');
  headers.copyFrom(invite.headers, 'Call-ID');
  headers.append('CSeq', `${invite.cseq.sequence} ${method}`);
  return new SipRequest({ method, uri: invite.uri, headers });
}
