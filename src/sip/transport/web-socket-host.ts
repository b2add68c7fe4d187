import type { Clock } from '../../base/clock.js';
import type { MessageDoor } from './message-door.js';
import type { MutableCounts } from './transport-counts.js';
import type { TransportLimits } from './transport-limits.js';
import type { SentResponse, TransportFailure } from './transport.js';
import type { WebSocketConnection } from './web-socket-connection.js';

/** What a WebSocket needs of the transport around it. */
export interface WebSocketHost {
  readonly protocol: 'ws' | 'wss';
  readonly clock: Clock;
  readonly limits: TransportLimits;
  readonly door: MessageDoor;
  readonly counts: MutableCounts;
  /** The system has let go of the connection. */
  onGone(connection: WebSocketConnection): void;
  respond(connection: WebSocketConnection, bytes: Buffer, onFailure: TransportFailure): SentResponse;
}
