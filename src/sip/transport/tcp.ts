import { connect, createServer } from 'node:net';
import { isUnspecified } from './ip-address.js';
import type { StreamKind } from './stream-kind.js';

/** SIP over TCP (RFC 3261 section 18). */
export const tcp: StreamKind = {
  protocol: 'tcp',
  openedEvent: 'connect',
  createServer: (onConnection) => createServer({ noDelay: true, keepAlive: true }, onConnection),
  dial: (to, from) =>
    connect({
      host: to.address,
      port: to.port,
      noDelay: true,
      keepAlive: true,
      ...(isUnspecified(from.address) ? {} : { localAddress: from.address }),
    }),
};
