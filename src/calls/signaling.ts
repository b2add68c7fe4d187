import type { AccountId } from '../base/ids.js';
import type { RegistrationState } from '../events/device-event.js';

/** What a peer said of a call before it was answered; everything admission decides on. */
export interface CallInvitation {
  /** The request-URI. */
  readonly requestUri: string;
  /** Its user part, unescaped; empty where it has none. */
  readonly requestUser: string;
  /** The `line` parameter of the request-URI: the account whose contact a registrar was given. */
  readonly line: string | undefined;
  /** The SIP URI in From. */
  readonly fromUri: string;
  /** The SIP URI in To. */
  readonly toUri: string;
  readonly displayName: string | undefined;
  /** The numeric address the packet came from, never what a header claims. */
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly transport: string;
  /** The URIs that a header names, in order; none where it is absent or malformed. */
  addresses(header: string): readonly string[];
}

/** How a call ended, as the peer or the network put it. */
export interface CallEnd {
  readonly by: 'local' | 'remote' | 'timeout' | 'failure';
  /** The final SIP status of a call that was never answered. */
  readonly status?: number;
  /** For a person: `Busy Here`, `no ACK arrived`, the text of a Reason header. */
  readonly reason?: string;
}

/** An answer to an offer inside a call. */
export type OfferAnswer =
  { readonly sdp: string } | { readonly refused: 488 | 491 | 500; readonly reason: string };

/** What a call hears from its engine. Each is called outside the methods of `SignalingCall`. */
export interface SignalingCallUser {
  /** The session description that answers our offer. */
  onAnswer(sdp: string): void;
  /** A new offer in an established call; without a description the peer asks for ours. */
  onOffer(sdp: string | undefined): OfferAnswer;
  /** A provisional response to a call of ours: 180, 183… */
  onProgress(status: number, reason: string, sdp: string | undefined): void;
  /** The call is established: our 200 was acknowledged, or the peer's 200 came. */
  onEstablished(): void;
  /** A key by SIP INFO. */
  onDtmf(digit: string, milliseconds: number): void;
  /** The call is over, whatever its state was. Exactly once. */
  onEnd(end: CallEnd): void;
}

/** One call in a signaling engine, ours or theirs. */
export interface SignalingCall {
  /** Ends the call whichever way fits its state: rejects, cancels or hangs up. */
  end(reason?: string): void;
}

export interface IncomingSignalingCall extends SignalingCall {
  readonly invitation: CallInvitation;
  /** The caller's offer; none means that the answer must bring one. */
  readonly offer: string | undefined;
  user: SignalingCallUser | undefined;
  /** Sends a provisional response, 180 Ringing or 183 with a session description. */
  progress(status: number, sdp?: string): void;
  /** Answers with 200 and the session description. */
  accept(sdp: string): void;
  /** Refuses with a final status; the warning tells the caller why (RFC 3261 section 20.43). */
  reject(status: number, options?: { readonly warning?: string; readonly retryAfterSeconds?: number }): void;
}

/** What an engine must know of an account. Secrets stay inside the engine. */
export interface SignalingAccount {
  readonly id: AccountId;
  readonly userId: string;
  readonly callerId: string;
  /** Host that stands right of the @ in our address; for a peer-to-peer account empty, our own address. */
  readonly domain: string;
  /** The SIP server; for a peer-to-peer account none. */
  readonly registrar?: string;
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly authenticationId: string;
  readonly password: string;
  /** Outbound proxies in order. */
  readonly proxies: readonly {
    readonly server: string;
    readonly username: string;
    readonly password: string;
  }[];
}

export interface OutgoingCallOptions {
  readonly account: SignalingAccount;
  /** Our own address: `sip:siren@pbx.example.com`. */
  readonly from: string;
  /** The address to call: `sip:1001@127.0.0.1`. */
  readonly to: string;
  readonly offer: string;
  readonly user: SignalingCallUser;
}

/** A registration that an engine keeps alive until it is stopped. */
export interface SignalingRegistration {
  refresh(): void;
  /** Unregisters and resolves when that is done or its short deadline has passed. */
  stop(): Promise<void>;
}

export interface RegistrationReport {
  readonly state: RegistrationState;
  readonly status?: number;
  readonly reason?: string;
  /** Until when the registrar keeps us, milliseconds since the Unix epoch. */
  readonly expiresAt?: number;
}

/**
 * The port behind which a SIP engine stands. Our own stack is `engines/endpoint-signaling.ts`; an engine that
 * drives a farm of SIP servers can stand in its place, since nothing above this line knows a SIP message.
 */
export interface Signaling {
  start(onIncomingCall: (call: IncomingSignalingCall) => void): Promise<void>;
  /** Ends what is in progress, unregisters nothing, closes every socket. Idempotent. */
  close(): Promise<void>;
  placeCall(options: OutgoingCallOptions): SignalingCall;
  register(
    account: SignalingAccount,
    options: { readonly intervalSeconds: number; readonly onReport: (report: RegistrationReport) => void },
  ): SignalingRegistration;
  /** The local address that a peer at this host would use: for session descriptions. */
  localAddressFor(host: string): string;
  /** Where calls arrive, for people: `udp 127.0.0.1:5060`. */
  readonly listening: readonly {
    readonly protocol: string;
    readonly address: string;
    readonly port: number;
  }[];
}
