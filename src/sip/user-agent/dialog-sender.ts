import type { CredentialSource } from '../auth/credential-source.js';
import { withNextSequence, type Dialog } from '../dialog/dialog.js';
import { requestInDialog, type RoutedRequest } from '../dialog/request-in-dialog.js';
import type { SipRequest, SipResponse } from '../message/index.js';
import type { Target } from '../transport/flow.js';
import type { TlsClientSettings } from '../transport/tls-settings.js';
import { ClientRequest, type ClientRequestUser } from './client-request.js';
import { bodyOf, linesOf, type HeaderLines, type ResponseContent } from './content.js';
import type { OwnContact } from './own-contact.js';
import { hopOf } from './secure-hop.js';
import { SentAck } from './sent-ack.js';
import type { UserAgentPort } from './user-agent-port.js';

/** The session that a dialog belongs to. */
export interface DialogSenderOwner {
  readonly credentials: CredentialSource | undefined;
  readonly contact: OwnContact;
  /** What TLS to the peer is done with; undefined: the transport's own. */
  readonly tls: TlsClientSettings | undefined;
  /** Where requests go when the peer's Contact leads nowhere. */
  readonly fallback: Target | undefined;
}

/** How a request goes besides what stands in it. */
export type SendingOptions = {
  /** The request for the next attempt after this response; see `ClientRequestPlan.revise`. */
  readonly revise?: (response: SipResponse) => HeaderLines | undefined;
};

const NO_OPTIONS: SendingOptions = {};

/** The requests of ours that tell the peer where we are (RFC 3261 section 12.2, RFC 6665 section 4.4.1). */
const TARGET_REFRESHES: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'NOTIFY']);

/** Sends requests in a dialog, and remembers how far its CSeq numbers are (RFC 3261 section 12.2.1). */
export class DialogSender {
  /** Undefined before there is one. */
  dialog: Dialog | undefined;
  readonly #agent: UserAgentPort;
  readonly #owner: DialogSenderOwner;
  readonly #firstSequence: number;
  readonly #isSecure: boolean;

  constructor(agent: UserAgentPort, owner: DialogSenderOwner, first: SipRequest) {
    this.#agent = agent;
    this.#owner = owner;
    this.#firstSequence = first.cseq.sequence;
    this.#isSecure = first.uri.scheme === 'sips';
  }

  /**
   * Sends a request, and gives it; without a dialog nothing happens. An INVITE, an UPDATE and a NOTIFY carry our Contact.
   */
  send(
    method: string,
    content: ResponseContent,
    user: ClientRequestUser,
    options: SendingOptions = NO_OPTIONS,
  ): ClientRequest | undefined {
    if (!this.dialog) return undefined;
    this.dialog = withNextSequence(this.dialog);
    const routed = this.#build(this.dialog, method, this.dialog.localSequence, content);
    const { credentials, contact, fallback, tls } = this.#owner;
    const plan = {
      request: routed.request,
      nextHop: routed.nextHop,
      fallback,
      credentials,
      tls,
      contact: TARGET_REFRESHES.has(method) ? contact : undefined,
      nextSequence: () => this.#nextSequence(),
      revise: options.revise,
    };
    const sent = new ClientRequest(this.#agent, plan, user);
    sent.start();
    return sent;
  }

  /** Sends the ACK of a 2xx with the credentials of its INVITE (section 22.1). */
  acknowledge(dialog: Dialog, invite: SipRequest, content: ResponseContent): SentAck {
    const routed = this.#build(dialog, 'ACK', invite.cseq.sequence, content);
    routed.request.headers.copyFrom(invite.headers, 'Authorization');
    routed.request.headers.copyFrom(invite.headers, 'Proxy-Authorization');
    return new SentAck(this.#agent, routed, this.#owner.fallback, this.#owner.tls);
  }

  #build(dialog: Dialog, method: string, sequence: number, content: ResponseContent): RoutedRequest {
    const body = bodyOf(content);
    const { request, nextHop } = requestInDialog(dialog, {
      method,
      sequence,
      headers: [['User-Agent', this.#agent.name], ...linesOf(content)],
      ...(body === undefined ? {} : { body }),
    });
    return { request, nextHop: hopOf(nextHop, this.#isSecure) };
  }

  #nextSequence(): number {
    if (!this.dialog) return this.#firstSequence + 1;
    this.dialog = withNextSequence(this.dialog);
    return this.dialog.localSequence;
  }
}
