import type { Socket } from 'node:net';
import type { Target, TransportProtocol } from './flow.js';
import type { TlsFacts } from './tls-settings.js';
import type { ListeningPoint } from './transport.js';

/** Who waits for a connection that a peer opened. */
export interface Newcomer {
  /** It can carry messages now, by this socket. */
  onReady(socket: Socket): void;
  /** It will never: why, as the end of a sentence. Its socket is destroyed. */
  onRefused(reason: string): void;
}

/** What makes one stream protocol differ from another: TCP is one, TLS the other. */
export interface StreamKind {
  readonly protocol: TransportProtocol;
  /** The event of a dialled socket that can carry messages. */
  readonly openedEvent: 'connect' | 'secureConnect';
  /** Takes a connection that a peer opened; the newcomer hears once what came of it, or that its socket was closed. */
  welcome(accepted: Socket, newcomer: Newcomer): void;
  /** Starts connecting, from the listening point's address where that is a particular one. Throws INVALID_VALUE. */
  dial(to: Target, from: ListeningPoint): Socket;
  /** What a connection must share with a target besides its address, so that it may serve it; undefined: nothing. */
  sharedBy(to: Target): string | undefined;
  /** What was agreed on over an open connection, dialled to `to` or accepted. Throws SIP_UNTRUSTED. */
  inspect(socket: Socket, to: Target | undefined): TlsFacts | undefined;
}
