import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AccountId } from '../base/ids.js';
import type { RegistrationState } from '../events/device-event.js';
import type { CallInvitation } from './call-invitation.js';
import type {
  IncomingSignalingMessage,
  MessageAnswer,
  MessageContent,
  MessageReply,
} from './signaling-message.js';
import type { IncomingSignalingSubscription } from './signaling-subscription.js';
import type { SipSettings } from './sip-settings.js';

export type { CallInvitation, NamedUri } from './call-invitation.js';

/** How a call ended, as the peer or the network put it. */
export interface CallEnd {
  readonly by: 'local' | 'remote' | 'timeout' | 'failure';
  /** The final SIP status of a call that was never answered. */
  readonly status?: number;
  /** For a person: `Busy Here`, `no ACK arrived`, the text of a Reason header. */
  readonly reason?: string;
}

/** A step on a call's way to its peer, for people who must see where it failed (test call). */
export type SignalingStep =
  /** The name became addresses (RFC 3263). */
  | { readonly step: 'resolved'; readonly targets: readonly string[] }
  /** A stream is open, for TLS with what was agreed; UDP has no such step. */
  | {
      readonly step: 'connected';
      readonly protocol: string;
      readonly remote: string;
      /** `TLSv1.3`, the cipher, and the subject of the server's certificate. */
      readonly tls?: { readonly version: string; readonly cipher: string; readonly subject: string };
    }
  /** A request left; `attempt` counts the addresses and challenges. */
  | { readonly step: 'sent'; readonly method: string; readonly remote: string; readonly attempt: number }
  | { readonly step: 'response'; readonly method: string; readonly status: number; readonly reason: string };

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
  /** The peer's 200 to a call of ours came. */
  onEstablished(): void;
  /** The ACK of our 200 came: the caller is where it says to be, since nobody else knows our tag. Default: ignored. */
  onAcknowledged?(): void;
  /** A key by SIP INFO. */
  onDtmf(digit: string, milliseconds: number): void;
  /** A message within the call; gives how it is answered. */
  onMessage(content: MessageContent): MessageReply;
  /** The call is over, whatever its state was. Exactly once. */
  onEnd(end: CallEnd): void;
}

/** One call in a signaling engine, ours or theirs. */
export interface SignalingCall {
  /** Ends the call whichever way fits its state: rejects, cancels or hangs up. */
  end(reason?: string): void;
  /** Offers another session description in an established call; the answer reaches `onAnswer`. Rejects with what the peer said. */
  renegotiate(sdp: string): Promise<void>;
  /** Sends a key by INFO as application/dtmf-relay (RFC 2976). Rejects when the peer refuses it. */
  sendInfoKey(digit: string, milliseconds: number): Promise<void>;
  /** Asks the peer whether the call is still there; false when it is gone. Errors, where nobody answers: TIMEOUT, SIP_TRANSPORT. */
  isAlive(): Promise<boolean>;
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
  /** Forgets the call without a response, as if it had never come. */
  drop(): void;
  /**
   * Whether the caller knows this password (RFC 3261 section 22, RFC 8760). `challenged`: it was asked, by a
   * 401, and the call is over; the caller comes back with another. `wrong`: it answered and was wrong, and was
   * asked again.
   */
  authenticate(caller: {
    readonly realm: string;
    readonly password: string;
  }): 'known' | 'challenged' | 'wrong';
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
  /** Takes the registrar's place while that does not answer. */
  readonly secondary?: { readonly registrar: string; readonly domain: string };
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** What TLS is done with, for transport tls. */
  readonly tls?: SignalingTls;
  /** Whether our addresses are SIPS. */
  readonly sips: boolean;
  readonly prioritizeIpv6: boolean;
  /** How often the flow to the server is asked for, in seconds; 0 for never (RFC 5626). */
  readonly keepAliveSeconds: number;
  readonly authenticationId: string;
  readonly password: string;
  /** Outbound proxies in order. */
  readonly proxies: readonly {
    readonly server: string;
    readonly username: string;
    readonly password: string;
  }[];
}

/** How a connection over TLS is made. Texts are PEM. */
export interface SignalingTls {
  readonly version: 'automatic' | '1.2' | '1.3';
  readonly verify: boolean;
  /** Our own certificate with its chain; none shows none. */
  readonly certificate?: string;
  readonly privateKey?: string;
  /** Authorities that are trusted beside those of the system. */
  readonly authorities: readonly string[];
}

export interface OutgoingCallOptions {
  readonly account: SignalingAccount;
  /** Our own address: `sip:siren@pbx.example.com`. */
  readonly from: string;
  /** The address to call: `sip:1001@127.0.0.1`. */
  readonly to: string;
  readonly offer: string;
  readonly user: SignalingCallUser;
  /** How long it may ring, in seconds. */
  readonly timeoutSeconds: number;
  /** Told of every step until the call is answered. Default: nobody. */
  readonly onStep?: (step: SignalingStep) => void;
}

export interface OutgoingMessageOptions {
  readonly account: SignalingAccount;
  /** Our own address: `sip:siren@pbx.example.com`. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** A registration that an engine keeps alive until it is stopped. */
export interface SignalingRegistration {
  refresh(): void;
  /** Unregisters and resolves when that is done or its short deadline has passed. */
  stop(): Promise<void>;
}

export interface RegistrationOptions {
  /** How long to be registered at a time. */
  readonly intervalSeconds: number;
  /** How often in a row a server that does not answer is tried; 0 for ever. */
  readonly maxRetransmissions: number;
  /** How long the secondary server serves before the registrar is tried again. */
  readonly secondsUntilFailback: number;
  readonly onReport: (report: RegistrationReport) => void;
}

export interface RegistrationReport {
  readonly state: RegistrationState;
  /** The server it stands with, registrar or secondary. */
  readonly server?: string;
  readonly status?: number;
  readonly reason?: string;
  /** Until when the registrar keeps us, milliseconds since the Unix epoch. */
  readonly expiresAt?: number;
}

/** Who we are to callers over TLS. Texts are PEM. */
export interface SignalingIdentity {
  /** Our certificate with its chain. */
  readonly certificate: string;
  readonly privateKey: string;
  /** Authorities whose callers are trusted. */
  readonly authorities: readonly string[];
}

/** What an engine works by. */
export interface SignalingConfiguration {
  readonly settings: SipSettings;
  /** None closes the TLS port; connections that are open go on. */
  readonly identity?: SignalingIdentity | undefined;
}

/** A request for a WebSocket, as an HTTP server hands it over. */
export interface WebSocketUpgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Who sent a request that is no call, and what is to become of it. */
export interface RequestSender {
  /** The numeric address the packet came from. */
  readonly sourceAddress: string;
  /** The SIP URI in From. */
  readonly fromUri: string;
  readonly displayName: string | undefined;
}

/** What a call would get, if it came now. */
export interface CallStanding {
  readonly status: number;
  /** For a person: why. */
  readonly warning?: string;
}

/** What a signaling engine asks the calls room. */
export interface SignalingHandlers {
  readonly onIncomingCall: (call: IncomingSignalingCall) => void;
  readonly onMessage: (message: IncomingSignalingMessage) => void;
  /** Somebody wants to watch an extension. */
  readonly onSubscription: (subscription: IncomingSignalingSubscription) => void;
  /** How a question by OPTIONS is answered. */
  readonly standing: (invitation: CallInvitation) => CallStanding;
  /** Whether a request that is no call is answered, refused with 403, or gets no answer at all. */
  readonly screen: (sender: RequestSender) => 'admit' | 'refuse' | 'ignore';
}

/**
 * The port behind which a SIP engine stands. Our own stack is `engines/endpoint-signaling.ts`; an engine that
 * drives a farm of SIP servers can stand in its place, since nothing above this line knows a SIP message.
 */
export interface Signaling {
  /** Opens the SIP port. Errors: ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE. */
  start(handlers: SignalingHandlers): Promise<void>;
  /**
   * Takes over what can change while calls go on: the TLS port and its certificate, limits, timers, switches. Opens
   * the TLS port when it is called first after `start`. Errors: ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE and
   * INVALID_VALUE for the TLS port and its certificate; then everything is as it was.
   */
  configure(configuration: SignalingConfiguration): Promise<void>;
  /** Takes a browser's phone in (RFC 7118), or refuses it on its socket. */
  acceptWebSocket(upgrade: WebSocketUpgrade): void;
  /** Ends what is in progress, unregisters nothing, closes every socket. Idempotent. */
  close(): Promise<void>;
  placeCall(options: OutgoingCallOptions): SignalingCall;
  /** Sends a message outside of calls. Rejects with TIMEOUT, SIP_TRANSPORT, SIP_UNRESOLVED where nobody answers. */
  sendMessage(options: OutgoingMessageOptions): Promise<MessageAnswer>;
  register(account: SignalingAccount, options: RegistrationOptions): SignalingRegistration;
  /** The local address that a peer at this host would use: for session descriptions. */
  localAddressFor(host: string): string;
  /** Where calls arrive, for people: `udp 127.0.0.1:5060`. */
  readonly listening: readonly {
    readonly protocol: string;
    readonly address: string;
    readonly port: number;
  }[];
}
