import type { SipsirenError } from '../../base/errors.js';
import type { SipRequest, SipResponse } from '../message/index.js';
import type { Flow, Target } from '../transport/flow.js';

/** T1, T2 and T4 of RFC 3261 table 4, in milliseconds. */
export interface TimerSettings {
  /** Round-trip time estimate. Default 500. */
  readonly t1: number;
  /** Longest interval between retransmissions of a non-INVITE request or an INVITE response. Default 4000. */
  readonly t2: number;
  /** Longest time a message stays in the network. Default 5000. */
  readonly t4: number;
}

/** What a client transaction reports to the transaction user that made it. Each is called outside `send`. */
export interface ClientTransactionUser {
  /** Every provisional and every final response; for an INVITE also each further 2xx (RFC 6026). */
  onResponse(response: SipResponse): void;
  /** Timer B or F fired, or a cancelled INVITE got no final response for 64*T1 (section 9.1): nobody answered. Final. */
  onTimeout(): void;
  /** The request could not be delivered. Final. */
  onTransportError(error: SipsirenError): void;
  /** The request left by this stream, which is open; a datagram has none. Possibly before `send` returns. */
  readonly onCarried?: ((flow: Flow) => void) | undefined;
}

/** A request that was sent, until its final response (figures 5 and 6). */
export interface ClientTransaction {
  readonly request: SipRequest;
  readonly target: Target;
  /** Ends the transaction at once; nothing more is reported. Late responses become stray. */
  abandon(): void;
}

/** What a server transaction reports to the transaction user that answers it. */
export interface ServerTransactionUser {
  /**
   * The response could not be delivered, no ACK came for a final non-2xx (timer H), or a request other than
   * INVITE stayed unanswered for 64*T1. Called once at most.
   */
  onFailure?(error: SipsirenError): void;
  /** The ACK of a final non-2xx response came (figure 7, Completed to Confirmed). */
  onAck?(): void;
  /** The transaction is over and nothing more will be reported. */
  onTerminated?(): void;
}

/** A request that was received, until it was answered for good (figures 7 and 8). */
export interface ServerTransaction {
  readonly request: SipRequest;
  readonly flow: Flow;
  /** Who hears of what happens later; set while handling the request. */
  user: ServerTransactionUser | undefined;
  /**
   * Sends a response. After a final one further calls are ignored, but for the 2xx of an INVITE (RFC 6026).
   * Of a request other than INVITE, a 101 to 199 and a 408 are ignored too (RFC 4320).
   */
  respond(response: SipResponse): void;
  /**
   * Answers nothing, now or later: a request without a final response is forgotten, and its retransmissions,
   * and the CANCEL of an INVITE, are absorbed for 64*T1.
   */
  drop(): void;
  /** Whether a final response was sent, or the request dropped. */
  readonly isCompleted: boolean;
}

/** What is alive now, with those that only wait for stray retransmissions, and two counters since start. */
export interface TransactionCounts {
  readonly inviteClient: number;
  readonly inviteServer: number;
  readonly nonInviteClient: number;
  readonly nonInviteServer: number;
  /** Server transactions whose work is done, among the ones above. */
  readonly lingering: number;
  /** Requests refused with a 503 of our own, or dropped, because a limit was reached. */
  readonly shed: number;
  /** Requests that were not let in because of where they came from. */
  readonly turnedAway: number;
  /** Messages dropped because a header that is needed for matching is malformed. */
  readonly malformed: number;
}

/** The transaction user: what stands above the transactions (section 5: "TU"). Never throws. */
export interface TransactionUser {
  /** A request that starts a new server transaction; never an ACK. */
  onRequest(transaction: ServerTransaction): void;
  /** Whether a request belongs to a dialog that there is. */
  isWithinDialog(request: SipRequest): boolean;
  /** An ACK that belongs to no transaction: the one of a 2xx. */
  onAck(ack: SipRequest, flow: Flow): void;
  /** A response that belongs to no transaction. Usually dropped. */
  onStrayResponse(response: SipResponse, flow: Flow): void;
}
