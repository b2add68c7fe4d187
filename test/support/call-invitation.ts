import type { CallInvitation, NamedUri } from '../../src/calls/signaling.js';
import { formatUri, parseNameAddress } from '../../src/sip/message/index.js';

type Headers = Readonly<Record<string, readonly string[]>>;

/** A call of a guard for 1001, with headers as they come over the wire, one for each line. */
export function callInvitation(changes: Partial<CallInvitation> = {}, headers: Headers = {}): CallInvitation {
  const nameAddresses = (name: string): readonly NamedUri[] =>
    (headers[name] ?? []).map((line) => {
      const { uri, displayName } = parseNameAddress(line);
      return { uri: formatUri(uri), ...(displayName === undefined ? {} : { displayName }) };
    });
  return {
    requestUri: 'sip:1001@192.0.2.9',
    requestUser: '1001',
    line: undefined,
    fromUri: 'sip:guard@192.0.2.1;transport=udp',
    toUri: 'sip:1001@192.0.2.9',
    displayName: 'Guard',
    sourceAddress: '192.0.2.1',
    sourcePort: 5060,
    transport: 'udp',
    addresses: (name) => nameAddresses(name).map(({ uri }) => uri),
    nameAddresses,
    header: (name) => headers[name] ?? [],
    ...changes,
  };
}
