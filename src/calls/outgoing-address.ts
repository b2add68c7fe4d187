import { SipsirenError } from '../base/errors.js';
import { isSipUri, parseUri, type SipUri } from '../sip/message/index.js';
import type { Account } from './account.js';

/** The address to call. Throws where it is none, before anything is reported of the call. */
export function sipAddress(to: string): SipUri {
  try {
    const uri = parseUri(to);
    if (isSipUri(uri)) return uri;
  } catch {
    // The message below says it better than the parser.
  }
  throw new SipsirenError('INVALID_VALUE', `"${to}" is not a SIP address.`, {
    path: 'to',
    accepted: 'an address such as sip:1001@192.168.0.90',
  });
}

/** Who calls: the account at its domain, or, without one, at the address that faces the peer. */
export function ownAddress(account: Account, localAddress: string): string {
  const host =
    account.domain || account.registrar || (localAddress.includes(':') ? `[${localAddress}]` : localAddress);
  return `sip:${account.userId || 'sipsiren'}@${host}`;
}

/** `192.0.2.1` of `192.0.2.1:5060` and of `udp 192.0.2.1:5060`, `2001:db8::1` of `[2001:db8::1]:5060`. */
export function addressIn(remote: string): string {
  const end = remote.lastIndexOf(':');
  const start = remote.lastIndexOf(' ') + 1;
  return remote.slice(start, end < 0 ? undefined : end).replaceAll(/[[\]]/g, '');
}
