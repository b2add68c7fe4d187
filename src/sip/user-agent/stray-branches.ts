import { dialogOfResponse } from '../dialog/dialog.js';
import { requestInDialog } from '../dialog/request-in-dialog.js';
import type { SipRequest, SipResponse } from '../message/index.js';
import { ClientRequest, type ClientRequestUser } from './client-request.js';
import type { DialogSender, DialogSenderOwner } from './dialog-sender.js';
import { hopOf } from './secure-hop.js';
import type { SentAck } from './sent-ack.js';
import type { UserAgentPort } from './user-agent-port.js';

const NOBODY: ClientRequestUser = { onResponse: () => undefined, onFailure: () => undefined };

/**
 * The branches of a fork that were answered although the call has another one, or was taken back: each is
 * acknowledged and hung up (RFC 3261 section 13.2.2.4).
 */
export class StrayBranches {
  readonly #agent: UserAgentPort;
  readonly #owner: DialogSenderOwner;
  readonly #sender: DialogSender;
  /** By the peer's tag. */
  #acks: Map<string, SentAck> | undefined;

  constructor(agent: UserAgentPort, owner: DialogSenderOwner, sender: DialogSender) {
    this.#agent = agent;
    this.#owner = owner;
    this.#sender = sender;
  }

  has(tag: string): boolean {
    return this.#acks?.has(tag) === true;
  }

  /** Deals with the 2xx of such a branch; when it comes again, only its ACK goes out again. */
  hangUp(invite: SipRequest, response: SipResponse): void {
    const tag = response.toTag ?? '';
    const known = this.#acks?.get(tag);
    if (known) {
      known.resend();
      return;
    }
    const dialog = dialogOfResponse(invite, response);
    this.#acks ??= new Map();
    this.#acks.set(tag, this.#sender.acknowledge(dialog, invite, {}));
    let sequence = Math.max(dialog.localSequence, this.#sender.dialog?.localSequence ?? 0) + 1;
    const { request, nextHop } = requestInDialog(dialog, { method: 'BYE', sequence });
    const { credentials, tls, fallback } = this.#owner;
    const plan = {
      request,
      nextHop: hopOf(nextHop, invite.uri.scheme === 'sips'),
      credentials,
      tls,
      fallback,
      contact: undefined,
      nextSequence: () => (sequence += 1),
    };
    new ClientRequest(this.#agent, plan, NOBODY).start();
  }
}
