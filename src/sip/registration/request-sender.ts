import type { SipsirenError } from '../../base/errors.js';
import type { CredentialSource } from '../auth/credential-source.js';
import type { SipRequest, SipResponse, Uri } from '../message/index.js';
import type { TransportProtocol } from '../transport/flow.js';

/** How a REGISTER is to be sent. */
export interface RequestSending {
  /** The URI whose address the request goes to: the first proxy, else the registrar. */
  readonly nextHop: Uri;
  /** The protocol to use where the URI names none. Default: by RFC 3263. */
  readonly protocol?: TransportProtocol | undefined;
  /** Answers challenges, in requests with a new number from `nextSequence`. Default: challenges are final. */
  readonly credentials?: CredentialSource | undefined;
  readonly nextSequence: () => number;
  /** The user part of the Contact that the sender writes, since its host depends on the target. */
  readonly contactUser?: string | undefined;
  /** URI parameters of that Contact. */
  readonly contactParameters?: Readonly<Record<string, string>> | undefined;
  /** The final response, and the request that it answers with the Contact as it was sent. Never within `sendRequest`. */
  readonly onResponse: (response: SipResponse, request: SipRequest) => void;
  /** No target answered. Never within `sendRequest`. */
  readonly onFailure: (error: SipsirenError) => void;
}

/** A request under way. */
export interface RequestUnderWay {
  /** Nothing more is reported of it. */
  abandon(): void;
}

/** Sends requests outside dialogs, over all targets and through challenges; the user agent does. */
export interface RequestSender {
  sendRequest(request: SipRequest, sending: RequestSending): RequestUnderWay;
}
