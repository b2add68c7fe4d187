import type { SocketAddress } from './flow.js';
import type { ListeningPoint, SentRequest, TransportFailure } from './transport.js';

/** One listening point with its sockets: the port behind which each protocol stands. */
export interface Listener {
  /** What is bound, with the real port once it is open. */
  readonly point: ListeningPoint;
  /** Binds. Errors: ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE. */
  open(): Promise<void>;
  /** Closes every socket; nothing is reported afterwards. Idempotent. */
  close(): Promise<void>;
  /** Sends bytes to a numeric address of this listener's family. */
  deliver(bytes: Buffer, to: SocketAddress, onFailure: TransportFailure): SentRequest;
}
