import type { SipsirenError } from '../../base/errors.js';
import type { Flow } from './flow.js';

/** Whose bytes a connection carries, told when they do not get out. */
export interface StreamSender {
  /** The bytes are written to a connection that is open. */
  carried?(flow: Flow): void;
  /** `byPeer`: the connection was lost on the way, so that a new one may serve better. */
  failed(error: SipsirenError, byPeer: boolean): void;
}

/** A connection that carries whole messages: a stream, or a WebSocket. */
export interface MessageConnection {
  /** Takes something to send: it is open, or on its way there. */
  readonly isOpen: boolean;
  /** Open, and not dialling any more. */
  readonly isConnected: boolean;
  /** Writes bytes, or keeps them until the connection is open. The sender hears only of failure. */
  send(bytes: Buffer, sender: StreamSender): void;
}
