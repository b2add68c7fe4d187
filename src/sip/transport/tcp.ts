import { connect } from 'node:net';
import { isUnspecified } from './ip-address.js';
import type { StreamKind } from './stream-kind.js';

/** SIP over TCP (RFC 3261 section 18). */
export const tcp: StreamKind = {
  protocol: 'tcp',
  openedEvent: 'connect',
  welcome: (accepted, newcomer) => newcomer.onReady(accepted),
  dial: (to, from) =>
    connect({
      host: to.address,
      port: to.port,
      noDelay: true,
      keepAlive: true,
      ...(isUnspecified(from.address) ? {} : { localAddress: from.address }),
    }),
  sharedBy: () => undefined,
  inspect: () => undefined,
};
