import { isIP } from 'node:net';
import type { Via } from '../message/index.js';
import { defaultPort, type Flow, type SocketAddress } from './flow.js';
import { isSameFamily, isUnicast } from './ip-address.js';

/**
 * Where a response goes that cannot use its request's connection (RFC 3261 section 18.2.2, RFC 3581
 * section 4). A datagram goes to `maddr`, or back to the source of the request; a new connection goes to that
 * source at the port of sent-by, since `rport` would be the closed connection's own.
 */
export function responseAddress(via: Via, flow: Pick<Flow, 'reliable' | 'remote'>): SocketAddress {
  const source = flow.remote.address;
  const port = via.port ?? defaultPort(via.transport);
  if (flow.reliable) return { address: source, port };
  const maddr = via.parameters.get('maddr');
  // Never to a group: whoever asks for that wants others flooded.
  if (maddr !== undefined && isIP(maddr) !== 0 && isUnicast(maddr) && isSameFamily(maddr, source)) {
    return { address: maddr, port };
  }
  return { address: source, port: via.rport ?? port };
}
