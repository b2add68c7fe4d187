import type { Via } from '../message/index.js';
import type { Flow } from './flow.js';
import type { SentResponse, TransportFailure } from './transport.js';

/** A flow as the transport's own parts see it: one that can carry bytes back. */
export interface PeerFlow extends Flow {
  /** Sends bytes back to where the last ones came from, without a report. For answers to malformed requests. */
  reply(bytes: Buffer): void;
  /** Sends a response by RFC 3261 section 18.2.2: through this flow, or else where its top Via says. */
  respond(bytes: Buffer, via: Via, onFailure: TransportFailure): SentResponse;
}
