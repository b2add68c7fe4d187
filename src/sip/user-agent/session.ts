import type { CredentialSource } from '../auth/credential-source.js';
import type { SipMessage, SipRequest, SipResponse, Uri } from '../message/index.js';
import type { Flow } from '../transport/flow.js';
import type { ResponseContent } from './content.js';

/**
 * Where an INVITE session stands:
 *
 *     inviting ──18x──▶ early ──2xx──▶ accepted ──ACK──▶ confirmed
 *         └───────────────┴──────────────┴──────────────────┴────▶ terminated
 *
 * `accepted` lasts from the 2xx until its ACK (RFC 3261 sections 13.2.2.4 and 13.3.1.4).
 */
export type SessionState = 'inviting' | 'early' | 'accepted' | 'confirmed' | 'terminated';

/** Why a session is over. Reported exactly once. */
export type SessionEnd = {
  /** Who ended it. `timeout`: nobody answered, or no ACK came; `failure`: a response or the network refused it. */
  readonly by: 'remote' | 'local' | 'timeout' | 'failure';
  /** The request that ended it, where one did. */
  readonly method?: 'BYE' | 'CANCEL';
  /** The final status that ended it: of our rejection, of the peer's refusal, or of a Reason header (RFC 3326). */
  readonly status?: number;
  /** Words for a person: of the Reason header, the reason phrase, or the error. */
  readonly reason?: string;
  /** The peer's refusal of our INVITE; a 3xx carries its contacts. */
  readonly response?: SipResponse;
};

/** The answer to an offer within a session: a 2xx with the answer (or, to no offer, with our offer), or a refusal such as 488. */
export type OfferAnswer = ResponseContent & { readonly status: number };

/** The answer to another request within a session. */
export type SessionReply = ResponseContent & { readonly status: number };

/** The Reason header of RFC 3326 that a BYE or a CANCEL carries. */
export type EndReason = {
  /** `SIP` or `Q.850`. */
  readonly protocol: string;
  /** The status or the Q.850 cause. */
  readonly cause: number;
  /** Words for a person. */
  readonly text?: string;
};

/**
 * What an incoming and an outgoing INVITE session have in common. The `on…` properties are handlers to be
 * assigned, each with a default; one that throws is logged, and where a response is due the peer gets a 500.
 */
export interface Session {
  /** Unguessable, unique in this process. */
  readonly id: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly state: SessionState;
  /** The initial INVITE. */
  readonly request: SipRequest;
  readonly callId: string;
  readonly localUri: Uri;
  readonly remoteUri: Uri;
  /** The peer's Contact, as last refreshed (section 12.2); undefined before an outgoing call is answered. */
  readonly remoteTarget: Uri | undefined;
  /** The flow through which the initial INVITE came; undefined for an outgoing one. */
  readonly flow: Flow | undefined;
  /** Answers challenges to requests within the dialog, of the servers it names only. Default: none, a challenge is final. */
  credentials: CredentialSource | undefined;

  /** The session is confirmed: the ACK of our 2xx came, or the peer's 2xx did. Once at most. Default: ignored. */
  onConfirm: () => void;
  /** The session is over. Exactly once; when `reject`, `end` or `cancel` end it, possibly before they return. */
  onEnd: (end: SessionEnd) => void;
  /**
   * The peer offers SDP: in a re-INVITE, or in the 2xx to an INVITE of ours without an offer. `offer` is undefined
   * for a re-INVITE without SDP: return our offer, the answer comes through `onAnswer`. Default: 488.
   */
  onOffer: (offer: string | undefined, message: SipMessage) => OfferAnswer | Promise<OfferAnswer>;
  /** The peer's SDP answer to an offer of ours: from a 2xx, or from the ACK of a 2xx with our offer. Default: ignored. */
  onAnswer: (answer: string, message: SipMessage) => void;
  /** A request within the dialog that is neither INVITE, ACK, BYE nor CANCEL. Undefined: the endpoint answers as it does by default. */
  onRequest: (request: SipRequest) => SessionReply | undefined;

  /** Sends a re-INVITE with the offer (without one: asks the peer for its offer, see `onOffer`) and waits for its final response; glare (491) is retried once. */
  reinvite(offer?: string): Promise<SipResponse>;
  /**
   * Sends an UPDATE (RFC 3311), with an offer or without, also before the call is answered: an offer then needs the
   * first one to be answered reliably. Its answer comes through `onAnswer`; glare (491, 500) is retried once.
   */
  update(offer?: string): Promise<SipResponse>;
  /** Sends an INFO (RFC 6086). */
  info(body: string | Uint8Array, contentType: string): Promise<SipResponse>;
  /** Sends any other request within the dialog. Errors: SIP_STATE, TIMEOUT, SIP_TRANSPORT. */
  send(method: string, content?: ResponseContent): Promise<SipResponse>;
  /**
   * Asks the peer by OPTIONS whether the session is still there. False only where it says that it is not (481), or
   * where it is over; the session is left as it is, whatever comes. Errors, where nobody answers: TIMEOUT (also for
   * a 408), SIP_TRANSPORT.
   */
  isAlive(): Promise<boolean>;
  /** Ends the session in the way its state asks for: CANCEL, a refusal (480) or BYE. Idempotent. */
  end(options?: { readonly reason?: EndReason }): void;
}
