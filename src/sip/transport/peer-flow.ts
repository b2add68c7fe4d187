import type { SipResponse, Via } from '../message/index.js';
import type { Flow } from './flow.js';
import type { SentResponse, TransportFailure } from './transport.js';

/** A flow as the transport's own parts see it: one that can carry bytes back. */
export interface PeerFlow extends Flow {
  /** How messages lie on the wire: a stream needs Content-Length to tell where one ends. */
  readonly framing: 'stream' | 'datagram';
  /** Notes the top Via of a request, so that it need not be read again from each of its responses. */
  noteRequest(via: Via): void;
  /** Sends bytes back to where the last ones came from, without a report. For answers to malformed requests. */
  reply(bytes: Buffer): void;
  /** Sends a response by RFC 3261 section 18.2.2: through this flow, or else where its top Via says. */
  respond(response: SipResponse, onFailure: TransportFailure): SentResponse;
}

/** Whether a flow was made by one of our transports; others cannot be sent on. */
export function isPeerFlow(flow: Flow): flow is PeerFlow {
  return 'respond' in flow;
}
