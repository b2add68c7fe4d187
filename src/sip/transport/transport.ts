import type { SipsirenError } from '../../base/errors.js';
import type { SipMessage, SipRequest, SipResponse } from '../message/index.js';
import type { Flow, SocketAddress, Target, TransportProtocol } from './flow.js';
import type { FlowKeeping, KeptFlow } from './keep-flow.js';

export type { FlowKeeping } from './keep-flow.js';

/** A local address and port on which one protocol is offered. */
export interface ListeningPoint extends SocketAddress {
  readonly protocol: TransportProtocol;
}

/** Who receives what the transports took in. Never throws. */
export interface TransportUser {
  /** A well-formed message; `received` and `rport` of a request's top Via are already filled in (RFC 3581). */
  onMessage(message: SipMessage, flow: Flow): void;
}

/** A request on its way: how, and a way of sending the same bytes again (timers A and E). */
export interface SentRequest {
  readonly protocol: TransportProtocol;
  readonly reliable: boolean;
  /** Sends the same bytes again to the same place. */
  resend(): void;
}

/** A response on its way, kept by a server transaction so that a retransmitted request gets the same bytes. */
export interface SentResponse {
  readonly reliable: boolean;
  resend(): void;
}

/** What went wrong with something that was handed over for sending; called at most once, never synchronously. */
export type TransportFailure = (error: SipsirenError) => void;

/**
 * The floor under the transactions (RFC 3261 section 18). One implementation has sockets
 * (`SocketTransport`), one joins agents in memory for tests.
 */
export interface SipTransport {
  /** Binds every listening point; on failure none stays bound. Errors: ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE. */
  start(user: TransportUser): Promise<void>;
  /** Closes every socket and connection. Idempotent. */
  close(): Promise<void>;
  /** What is bound now, with the real port where 0 was asked for. */
  readonly listening: readonly ListeningPoint[];
  /** Whether a request can leave by this protocol to an address of this family. */
  canReach(target: Target): boolean;
  /**
   * Sends a request (section 18.1.1). The caller has put a top Via with its branch; its protocol, sent-by
   * and `rport` are filled in here. A stream is reused or dialled. The call returns at once; what happens
   * later (ICMP error, connection refused) reaches `onFailure`. `onCarried` hears, at once or later, by which
   * open stream it left; a datagram has none.
   */
  sendRequest(
    request: SipRequest,
    target: Target,
    onFailure: TransportFailure,
    onCarried?: (flow: Flow) => void,
  ): SentRequest;
  /** Sends a response (section 18.2.2): through the request's flow, or by the top Via once that is closed. */
  sendResponse(response: SipResponse, flow: Flow, onFailure: TransportFailure): SentResponse;
  /** Under which address a target sees us where that is not ours: for the sent-by of Via. Default: none is known. */
  seenAs?: (target: Target) => SocketAddress | undefined;
  /**
   * Keeps the flow to a target open from now on, and tells once when it is lost (RFC 5626 section 4.4): on a stream
   * by empty lines, over UDP by STUN on the SIP port. A stream that is not open is dialled.
   */
  keepFlow(target: Target, options: FlowKeeping): KeptFlow;
  /** The host and port that the peer at `target` should use to reach us: for Contact and for SDP. */
  localAddressFor(target: Target): SocketAddress;
}
