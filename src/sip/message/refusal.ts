import { randomToken } from '../../base/ids.js';
import type { SipsirenError } from '../../base/errors.js';
import { toField } from './fields/address.js';
import { HeaderList } from './header-list.js';
import { SipResponse } from './sip-response.js';

const secret = randomToken(4);

/**
 * The stateless answer to a request that cannot be read: with what it says of Via, From, To, Call-ID and
 * CSeq, as it says it. Nothing where the answer could not find back (no Via), and never to an ACK.
 */
export function refusalOf(
  method: string,
  received: HeaderList,
  status: number,
  error: SipsirenError,
): SipResponse | undefined {
  if (method === 'ACK' || !received.has('Via')) return undefined;
  const headers = new HeaderList();
  headers.copyFrom(received, 'Via');
  copyFirst(headers, received, 'From');
  const to = received.first('To');
  if (to !== undefined) headers.appendReceived('To', to + tagFor(received));
  copyFirst(headers, received, 'Call-ID');
  copyFirst(headers, received, 'CSeq');
  // Section 21.4.1: the phrase says what is wrong. The words are ours, nothing of the peer is in them.
  return new SipResponse({
    status,
    headers,
    ...(status === 400 ? { reason: `Bad Request (${error.message})` } : {}),
  });
}

function copyFirst(headers: HeaderList, received: HeaderList, name: string): void {
  const value = received.first(name);
  if (value !== undefined) headers.appendReceived(name, value);
}

/** The same tag for every retransmission, without remembering it (section 8.2.7); none where To has one. */
function tagFor(received: HeaderList): string {
  return hasReadableTo(received) ? `;tag=${secret}${hashOf(received.first('Call-ID') ?? '')}` : '';
}

/** Whether a tag can be added to To without changing what it means. */
function hasReadableTo(received: HeaderList): boolean {
  try {
    return received.read(toField)?.tag === undefined;
  } catch {
    // Malformed: it goes back as it came.
    return false;
  }
}

function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16);
}
