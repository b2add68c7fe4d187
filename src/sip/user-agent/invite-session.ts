import { SipsirenError } from '../../base/errors.js';
import type { CredentialSource } from '../auth/credential-source.js';
import { withNextSequence, withRemoteSequence, withRemoteTarget, type Dialog } from '../dialog/dialog.js';
import { requestInDialog, type RoutedRequest } from '../dialog/request-in-dialog.js';
import { sdpOf, type SipMessage, type SipRequest, type SipResponse, type Uri } from '../message/index.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import type { Flow, Target } from '../transport/flow.js';
import { ClientRequest, type ClientRequestUser } from './client-request.js';
import { bodyOf, linesOf, type ResponseContent } from './content.js';
import { inspectExtensions } from './inspection.js';
import type { InviteAnswer } from './invite-answer.js';
import { askForAnswer } from './offer-question.js';
import type { OwnContact } from './own-contact.js';
import { PeerOffers, type PeerOffersOwner } from './peer-offers.js';
import { reasonIn } from './reason.js';
import { Reinvite, type ReinviteOwner } from './reinvite.js';
import { SentAck } from './sent-ack.js';
import type { EndReason, OfferAnswer, Session, SessionEnd, SessionReply, SessionState } from './session.js';
import { defaultReply } from './default-reply.js';
import type { DialogOwner, UserAgentPort } from './user-agent-port.js';

const ignore = (): undefined => undefined;
/** What an OPTIONS within a dialog says of the answer it wants (RFC 3261 section 11.1); only its status counts. */
const ASK_FOR_STATUS: ResponseContent = { headers: [['Accept', 'application/sdp']] };
const NOT_ACCEPTABLE: OfferAnswer = { status: 488 };
const SERVER_ERROR: OfferAnswer = { status: 500 };

/** What an INVITE session is made of. */
export type InviteSessionParts = {
  readonly agent: UserAgentPort;
  readonly request: SipRequest;
  readonly localTag: string;
  readonly flow: Flow | undefined;
};

/**
 * What incoming and outgoing sessions share once there is a dialog: requests in both directions, re-INVITE
 * with its offers, answers and glare (RFC 3261 sections 12.2, 14 and 15). What begins and ends it is left to
 * the two machines of `dialog/`.
 */
export abstract class InviteSession implements Session, DialogOwner, PeerOffersOwner, ReinviteOwner {
  abstract readonly direction: 'incoming' | 'outgoing';
  abstract readonly state: SessionState;
  abstract readonly localUri: Uri;
  abstract readonly remoteUri: Uri;

  readonly request: SipRequest;
  readonly callId: string;
  readonly localTag: string;
  readonly flow: Flow | undefined;
  credentials: CredentialSource | undefined;

  onConfirm: () => void = ignore;
  onEnd: (end: SessionEnd) => void = ignore;
  onOffer: (offer: string | undefined, message: SipMessage) => OfferAnswer | Promise<OfferAnswer> = () =>
    NOT_ACCEPTABLE;
  onAnswer: (answer: string, message: SipMessage) => void = ignore;
  onRequest: (request: SipRequest) => SessionReply | undefined = ignore;

  protected readonly agent: UserAgentPort;
  protected dialog: Dialog | undefined;
  protected readonly peerOffers: PeerOffers;
  #reinvite: Reinvite | undefined;
  #ack: { readonly sequence: number; sent: SentAck | undefined } | undefined;
  #isReported = false;

  protected constructor(parts: InviteSessionParts) {
    this.agent = parts.agent;
    this.request = parts.request;
    this.callId = parts.request.callId;
    this.localTag = parts.localTag;
    this.flow = parts.flow;
    this.peerOffers = new PeerOffers(parts.agent, this);
  }

  protected abstract readonly contact: OwnContact;
  /** Whether our own INVITE is still without a final response. */
  protected abstract readonly isInviting: boolean;
  /** The peer hung up. */
  protected abstract onBye(end: SessionEnd): void;
  /** The dialog is over because the peer does not know it or does not answer. */
  protected abstract lose(end: SessionEnd): void;

  abstract end(options?: { readonly reason?: EndReason }): void;
  abstract onAcknowledged(): void;
  abstract onNoAck(answer: InviteAnswer, reason: string): void;
  abstract abandon(): void;

  get id(): string {
    return this.localTag;
  }

  get hasDialog(): boolean {
    return this.dialog !== undefined;
  }

  get isAsking(): boolean {
    return this.isInviting || (this.#reinvite !== undefined && !this.#reinvite.isPaused);
  }

  get wantsToAsk(): boolean {
    return this.isInviting || this.#reinvite !== undefined;
  }

  get remoteTarget(): Uri | undefined {
    return this.dialog?.remoteTarget;
  }

  owns(request: SipRequest): boolean {
    const { dialog } = this;
    return dialog?.callId === request.callId && dialog.remoteTag === (request.fromTag ?? '');
  }

  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const dialog = this.dialog && withRemoteSequence(this.dialog, request.cseq.sequence);
    // Older than what was seen before (section 12.2.2).
    if (!dialog) {
      this.respond(transaction, { status: 500, reason: 'CSeq Out Of Order' });
      return;
    }
    this.dialog = dialog;
    if (request.method === 'BYE') {
      this.#receiveBye(transaction);
      return;
    }
    const refusal = inspectExtensions(request);
    if (refusal) {
      this.respond(transaction, refusal);
      return;
    }
    if (request.method === 'INVITE') this.peerOffers.receiveInvite(transaction);
    else if (request.method === 'UPDATE') this.peerOffers.receiveUpdate(transaction);
    else this.#receiveOther(transaction);
  }

  receiveAck(ack: SipRequest): void {
    const meaning = this.peerOffers.receiveAck(ack);
    if (meaning === 'stray') return;
    this.onAcknowledged();
    const sdp = meaning === 'answers' ? sdpOf(ack) : undefined;
    if (sdp !== undefined) this.#reportAnswer(sdp, ack);
  }

  onCancel(answer: InviteAnswer, cancel: ServerTransaction): void {
    this.respond(cancel, { status: 200 });
    if (!answer.isAnswered) this.onWithdrawn(answer, cancel.request);
  }

  reinvite(offer?: string): Promise<SipResponse> {
    return new Promise((resolve, reject) => {
      if (this.state !== 'confirmed' || this.#reinvite || this.peerOffers.isUnanswered) {
        // Section 14.1: not while another INVITE is in progress in either direction.
        reject(stateError('A re-INVITE needs a confirmed session with no other INVITE in progress.'));
        return;
      }
      this.#reinvite = new Reinvite(this.agent, this, offer, resolve, reject);
      this.#reinvite.start();
    });
  }

  info(body: string | Uint8Array, contentType: string): Promise<SipResponse> {
    return this.send('INFO', { body, contentType });
  }

  send(method: string, content: ResponseContent = {}): Promise<SipResponse> {
    return new Promise((resolve, reject) => {
      if (method === 'INVITE' || method === 'ACK' || method === 'BYE' || method === 'CANCEL') {
        reject(stateError(`${method} is sent by the session itself.`));
      } else if (this.state === 'terminated' || !this.dialog) {
        reject(stateError('There is no dialog to send a request in.'));
      } else {
        this.transmit(method, content, {
          onResponse: (response) => {
            if (response.status < 200) return;
            resolve(response);
            if (isLoss(response.status)) this.onDialogLost(response.reason, response.status);
          },
          onFailure: (error) => {
            reject(error);
            this.onDialogLost(error.message);
          },
        });
      }
    });
  }

  isAlive(): Promise<boolean> {
    if (this.state === 'terminated') return Promise.resolve(false);
    // An INVITE of ours that nobody has answered at all is under way; its own timers tell how it goes.
    if (!this.dialog) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.transmit('OPTIONS', ASK_FOR_STATUS, {
        onResponse: ({ status }) => {
          if (status >= 200) resolve(!isLoss(status));
        },
        onFailure: () => resolve(false),
      });
    });
  }

  sendReinvite(offer: string | undefined, user: ClientRequestUser): void {
    this.transmit('INVITE', offer === undefined ? {} : { body: offer }, user);
  }

  onReinviteSuccess(response: SipResponse, request: ClientRequest, offered: boolean): void {
    if (!this.dialog) return;
    this.dialog = withRemoteTarget(this.dialog, response);
    this.confirm(this.dialog, response, request.request, offered);
  }

  onReinviteOver(reinvite: Reinvite): void {
    if (this.#reinvite === reinvite) this.#reinvite = undefined;
  }

  askForAnswer(offer: string | undefined, message: SipMessage, then: (answer: OfferAnswer) => void): void {
    askForAnswer(this.agent, () => this.onOffer(offer, message), then);
  }

  moveTarget(request: SipRequest): void {
    if (this.dialog) this.dialog = withRemoteTarget(this.dialog, request);
  }

  respond(transaction: ServerTransaction, reply: SessionReply, contact?: string): void {
    const { localTag } = this;
    const response = this.agent.makeResponse(transaction.request, {
      status: reply.status,
      localTag,
      content: reply,
      contact,
    });
    transaction.respond(response);
  }

  /** Our Contact for the peer that a request came from. */
  contactOn(flow: Flow): string {
    return this.agent.contactFor(targetOf(flow), this.contact);
  }

  onDialogLost(reason: string, status?: number): void {
    this.lose({ by: 'failure', reason, ...(status === undefined ? {} : { status }) });
  }

  /** Where requests go when the peer's Contact leads nowhere: the way by which the dialog began. */
  protected get fallback(): Target | undefined {
    const { flow } = this;
    return flow?.isOpen === true ? targetOf(flow) : undefined;
  }

  /** The peer took back a re-INVITE, which leaves the session as it was. */
  protected onWithdrawn(answer: InviteAnswer, _cancel: SipRequest): void {
    this.respond(answer.transaction, { status: 487 });
  }

  /** Sends a request in the dialog, whether or not the session is over. */
  protected transmit(method: string, content: ResponseContent, user: ClientRequestUser): void {
    if (!this.dialog) return;
    this.dialog = withNextSequence(this.dialog);
    const routed = this.#build(this.dialog, method, this.dialog.localSequence, content);
    const refreshes = method === 'INVITE' || method === 'UPDATE';
    const plan = {
      request: routed.request,
      nextHop: routed.nextHop,
      fallback: this.fallback,
      credentials: this.credentials,
      contact: refreshes ? this.contact : undefined,
      nextSequence: () => this.#nextSequence(),
    };
    new ClientRequest(this.agent, plan, user).start();
  }

  /**
   * Deals with a 2xx to an INVITE of ours: the first time with its SDP and an ACK, later with the same ACK
   * again (section 13.2.2.4).
   */
  protected confirm(dialog: Dialog, response: SipResponse, invite: SipRequest, offered: boolean): void {
    const sequence = response.cseq.sequence;
    if (this.#ack?.sequence === sequence) return this.#ack.sent?.resend();
    const ack: { readonly sequence: number; sent: SentAck | undefined } = { sequence, sent: undefined };
    this.#ack = ack;
    const sdp = sdpOf(response);
    if (!offered && sdp !== undefined) {
      this.askForAnswer(sdp, response, (answer) => {
        ack.sent = this.acknowledge(dialog, invite, answer.status < 300 ? answer : {});
        // An offer cannot be refused in an ACK, so the session ends instead (section 13.2.2.4).
        if (answer.status >= 300) this.end();
      });
      return;
    }
    ack.sent = this.acknowledge(dialog, invite, {});
    if (sdp !== undefined) this.#reportAnswer(sdp, response);
  }

  /** Sends the ACK of a 2xx with the credentials of its INVITE (section 22.1). */
  protected acknowledge(dialog: Dialog, invite: SipRequest, content: ResponseContent): SentAck {
    const routed = this.#build(dialog, 'ACK', invite.cseq.sequence, content);
    routed.request.headers.copyFrom(invite.headers, 'Authorization');
    routed.request.headers.copyFrom(invite.headers, 'Proxy-Authorization');
    return new SentAck(this.agent, routed, this.fallback);
  }

  protected reportConfirmed(): void {
    try {
      this.onConfirm();
    } catch (error) {
      this.agent.reportFault('onConfirm', error);
    }
  }

  /** Tells the layer above, once. */
  protected report(end: SessionEnd): void {
    if (this.#isReported) return;
    this.#isReported = true;
    try {
      this.onEnd(end);
    } catch (error) {
      this.agent.reportFault('onEnd', error);
    }
  }

  protected get isReported(): boolean {
    return this.#isReported;
  }

  /** Nothing more is expected: what is under way is ended and the dialog forgotten. */
  protected release(): void {
    this.peerOffers.release();
    this.#reinvite?.abort();
    this.agent.forget(this);
  }

  #receiveBye(transaction: ServerTransaction): void {
    this.respond(transaction, { status: 200 });
    this.onBye({ by: 'remote', method: 'BYE', ...reasonIn(transaction.request) });
  }

  #receiveOther(transaction: ServerTransaction): void {
    const { request } = transaction;
    let reply: SessionReply | undefined;
    try {
      reply = this.onRequest(request);
    } catch (error) {
      this.agent.reportFault('onRequest', error);
      reply = SERVER_ERROR;
    }
    this.respond(transaction, reply ?? defaultReply(request));
  }

  #reportAnswer(sdp: string, message: SipMessage): void {
    try {
      this.onAnswer(sdp, message);
    } catch (error) {
      this.agent.reportFault('onAnswer', error);
    }
  }

  #build(dialog: Dialog, method: string, sequence: number, content: ResponseContent): RoutedRequest {
    const body = bodyOf(content);
    return requestInDialog(dialog, {
      method,
      sequence,
      headers: [['User-Agent', this.agent.name], ...linesOf(content)],
      ...(body === undefined ? {} : { body }),
    });
  }

  #nextSequence(): number {
    if (!this.dialog) return this.request.cseq.sequence + 1;
    this.dialog = withNextSequence(this.dialog);
    return this.dialog.localSequence;
  }
}

function targetOf(flow: Flow): Target {
  return { protocol: flow.protocol, address: flow.remote.address, port: flow.remote.port };
}

/** Section 12.2.1.2: these end the dialog whatever the request was. */
function isLoss(status: number): boolean {
  return status === 408 || status === 481;
}

function stateError(message: string): SipsirenError {
  return new SipsirenError('SIP_STATE', message);
}
