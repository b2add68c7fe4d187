import type { Server, Socket } from 'node:net';
import type { SocketAddress, TransportProtocol } from './flow.js';
import type { ListeningPoint } from './transport.js';

/** What makes one stream protocol differ from another: how it listens and how it dials. TCP is one; TLS will be another. */
export interface StreamKind {
  readonly protocol: TransportProtocol;
  /** A server, not listening yet, that hands over each connection once it can carry messages. */
  createServer(onConnection: (socket: Socket) => void): Server;
  /** Starts connecting to `to`, from the listening point's address where that is a particular one. */
  dial(to: SocketAddress, from: ListeningPoint): Socket;
  /** The event of a dialled socket that can carry messages. */
  readonly openedEvent: 'connect' | 'secureConnect';
}
