import type { SipsirenError } from '../../base/errors.js';
import type { CredentialSource } from '../auth/credential-source.js';
import type { SipRequest, SipResponse, Uri } from '../message/index.js';
import type { Target, TransportProtocol } from '../transport/flow.js';
import type { TlsClientSettings } from '../transport/tls-settings.js';
import type { FlowKeeping } from '../transport/keep-flow.js';

/** How a REGISTER is to be sent. */
export interface RequestSending {
  /** The URI whose address the request goes to: the first proxy, else the registrar. */
  readonly nextHop: Uri;
  /** The protocol to use where the URI names none. Default: by RFC 3263. */
  readonly protocol?: TransportProtocol | undefined;
  /** Whether a host's IPv6 addresses are tried before its IPv4 ones. Default: as the endpoint does. */
  readonly preferIpv6?: boolean | undefined;
  /** What TLS is done with. Default: the transport's own. */
  readonly tls?: TlsClientSettings | undefined;
  /** Answers challenges, in requests with a new number from `nextSequence`. Default: challenges are final. */
  readonly credentials?: CredentialSource | undefined;
  readonly nextSequence: () => number;
  /** The user part of the Contact that the sender writes, since its host depends on the target. */
  readonly contactUser?: string | undefined;
  /** URI parameters of that Contact. */
  readonly contactParameters?: Readonly<Record<string, string>> | undefined;
  /** Header parameters of that Contact, as they are written: `;reg-id=1`. */
  readonly contactHeaderParameters?: string | undefined;
  /** A Contact of ours, in angle brackets, that the registrar still has; removed where ours is another by now. */
  readonly formerContact?: string | undefined;
  /** The final response, and how it came about. Never within `sendRequest`. */
  readonly onResponse: (response: SipResponse, exchange: RegistrationExchange) => void;
  /** No target answered. Never within `sendRequest`. */
  readonly onFailure: (error: SipsirenError) => void;
}

/** How a final response came about. */
export interface RegistrationExchange {
  /** The request that it answers, with the Contact as it was sent. */
  readonly request: SipRequest;
  /** Where it was sent to. */
  readonly target: Target;
  /** The Contact that was sent, in angle brackets. */
  readonly contact: string;
  /** Whether that Contact is wrong: the response has shown that the server sees us at another address (RFC 3581). */
  readonly isMoved: boolean;
}

/** A request under way. */
export interface RequestUnderWay {
  /** Nothing more is reported of it. */
  abandon(): void;
}

/** Sends requests outside dialogs, over all targets and through challenges; the user agent does. */
export interface RequestSender {
  sendRequest(request: SipRequest, sending: RequestSending): RequestUnderWay;
  /** Keeps the flow to a target open until it is closed. */
  keepFlow(target: Target, keeping: FlowKeeping): { close(): void };
}
