import { SipsirenError } from '../../base/errors.js';
import type { CredentialSource } from '../auth/credential-source.js';
import { withRemoteSequence, withRemoteTarget, type Dialog } from '../dialog/dialog.js';
import { Negotiation } from '../dialog/negotiation.js';
import { sdpOf, type SipMessage, type SipRequest, type SipResponse, type Uri } from '../message/index.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import type { Flow, Target } from '../transport/flow.js';
import type { TlsClientSettings } from '../transport/tls-settings.js';
import type { ClientRequest, ClientRequestUser } from './client-request.js';
import type { ResponseContent } from './content.js';
import { defaultReply } from './default-reply.js';
import { DialogSender, type DialogSenderOwner } from './dialog-sender.js';
import { inspectExtensions } from './inspection.js';
import type { InviteAnswer } from './invite-answer.js';
import { askForAnswer } from './offer-question.js';
import type { OwnContact } from './own-contact.js';
import { OwnOffers, type OwnOffersOwner } from './own-offers.js';
import type { Offering } from './own-offer.js';
import { PeerOffers, type PeerOffersOwner } from './peer-offers.js';
import { reasonIn } from './reason.js';
import type { SentAck } from './sent-ack.js';
import { SessionTimer, type SessionTimerOwner } from './session-timer.js';
import type { EndReason, OfferAnswer, Session, SessionEnd, SessionReply, SessionState } from './session.js';
import { targetOfFlow, wayBackBy } from './target-of-flow.js';
import type { DialogOwner, UserAgentPort } from './user-agent-port.js';

const ignore = (): undefined => undefined;
/** What an OPTIONS within a dialog says of the answer it wants (RFC 3261 section 11.1); only its status counts. */
const ASK_FOR_STATUS: ResponseContent = { headers: [['Accept', 'application/sdp']] };
const NOT_ACCEPTABLE: OfferAnswer = { status: 488 };
const SERVER_ERROR: OfferAnswer = { status: 500 };
/** What a description in a 2xx means: a repeated one, or one that comes after another that holds, means nothing. */
type Expected = 'answer' | 'same answer' | 'offer' | 'nothing';

/** What an INVITE session is made of. */
export type InviteSessionParts = {
  readonly agent: UserAgentPort;
  readonly request: SipRequest;
  readonly localTag: string;
  readonly flow: Flow | undefined;
  /** What TLS to the peer is done with. */
  readonly tls?: TlsClientSettings | undefined;
};

/**
 * What incoming and outgoing sessions share once there is a dialog: requests in both directions, offers and
 * answers, the session timer (RFC 3261 sections 12.2, 14 and 15). What begins and ends it is left to the two
 * machines of `dialog/`.
 */
export abstract class InviteSession
  implements Session, DialogOwner, DialogSenderOwner, PeerOffersOwner, OwnOffersOwner, SessionTimerOwner
{
  abstract readonly direction: 'incoming' | 'outgoing';
  abstract readonly state: SessionState;
  abstract readonly localUri: Uri;
  abstract readonly remoteUri: Uri;
  abstract readonly contact: OwnContact;

  readonly usage = 'invite';
  readonly request: SipRequest;
  readonly callId: string;
  readonly localTag: string;
  readonly flow: Flow | undefined;
  readonly tls: TlsClientSettings | undefined;
  readonly negotiation = new Negotiation();
  readonly timer: SessionTimer;
  credentials: CredentialSource | undefined;
  takesUpdate = false;

  onConfirm: () => void = ignore;
  onEnd: (end: SessionEnd) => void = ignore;
  onOffer: (offer: string | undefined, message: SipMessage) => OfferAnswer | Promise<OfferAnswer> = () =>
    NOT_ACCEPTABLE;
  onAnswer: (answer: string, message: SipMessage) => void = ignore;
  onRequest: (request: SipRequest) => SessionReply | undefined = ignore;

  protected readonly agent: UserAgentPort;
  protected readonly sender: DialogSender;
  protected readonly peerOffers: PeerOffers;
  /** Most sessions never offer anything by themselves. */
  #ownOffers: OwnOffers | undefined;
  #ack: { readonly sequence: number; sent: SentAck | undefined } | undefined;
  #isReported = false;

  protected constructor(parts: InviteSessionParts) {
    this.agent = parts.agent;
    this.request = parts.request;
    this.callId = parts.request.callId;
    this.localTag = parts.localTag;
    this.flow = parts.flow;
    this.tls = parts.tls;
    this.sender = new DialogSender(parts.agent, this, parts.request);
    this.timer = new SessionTimer(parts.agent, this);
    this.peerOffers = new PeerOffers(parts.agent, this);
  }

  /** Whether our own INVITE is still without a final response. */
  abstract readonly isInviting: boolean;
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
    return this.isInviting || this.#ownOffers?.isAsking === true;
  }

  get isOffering(): boolean {
    return this.negotiation.open === 'ours' || this.#ownOffers?.isOffering === true;
  }

  get isAnswering(): boolean {
    return this.peerOffers.isUnanswered;
  }

  get isOver(): boolean {
    return this.state === 'terminated';
  }

  get remoteTarget(): Uri | undefined {
    return this.dialog?.remoteTarget;
  }

  /** Where requests go when the peer's Contact leads nowhere: the way by which the dialog began. */
  get fallback(): Target | undefined {
    return wayBackBy(this.flow);
  }

  owns(request: SipRequest): boolean {
    return this.hasDialogWith(request.callId, request.fromTag ?? '');
  }

  hasDialogWith(callId: string, remoteTag: string): boolean {
    const { dialog } = this;
    return dialog?.callId === callId && dialog.remoteTag === remoteTag;
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
    const refusal = inspectExtensions(request, this.agent.extensions);
    if (refusal) {
      this.respond(transaction, refusal);
      return;
    }
    if (request.method === 'INVITE') this.peerOffers.receiveInvite(transaction);
    else if (request.method === 'UPDATE') this.peerOffers.receiveUpdate(transaction);
    else if (request.method === 'PRACK') this.receivePrack(transaction);
    else this.#receiveOther(transaction);
  }

  receiveAck(ack: SipRequest): void {
    const meaning = this.peerOffers.receiveAck(ack);
    if (meaning === 'stray') return;
    this.onAcknowledged();
    if (meaning !== 'answers') return;
    this.takeAnswer(ack);
    // Without the answer that it owes, the call goes on without media rather than ending.
    this.negotiation.refuse();
  }

  onCancel(answer: InviteAnswer, cancel: ServerTransaction): void {
    this.respond(cancel, { status: 200 });
    if (!answer.isAnswered) this.onWithdrawn(answer, cancel.request);
  }

  reinvite(offer?: string): Promise<SipResponse> {
    return this.#offersOfOurs.reinvite(offer);
  }

  update(offer?: string): Promise<SipResponse> {
    return this.#offersOfOurs.update(offer);
  }

  info(body: string | Uint8Array, contentType: string): Promise<SipResponse> {
    return this.send('INFO', { body, contentType });
  }

  send(method: string, content: ResponseContent = {}): Promise<SipResponse> {
    return new Promise((resolve, reject) => {
      if (OF_THE_SESSION.has(method)) {
        reject(stateError(`${method} is sent by the session itself.`));
      } else if (this.isOver || !this.dialog) {
        reject(stateError('There is no dialog to send a request in.'));
      } else {
        this.transmit(method, content, {
          onResponse: (response) => {
            if (response.status < 200) return;
            resolve(response);
            if (response.status === 481) this.onDialogLost(response.reason, response.status);
          },
          // No answer to a key or a message is no reason to cut a call: whether the peer is there, the session's
          // timer and its audio tell.
          onFailure: reject,
        });
      }
    });
  }

  isAlive(): Promise<boolean> {
    if (this.isOver) return Promise.resolve(false);
    // An INVITE of ours that nobody has answered at all is under way; its own timers tell how it goes.
    if (!this.dialog) return Promise.resolve(true);
    return new Promise((resolve, reject) => {
      this.transmit('OPTIONS', ASK_FOR_STATUS, {
        onResponse: ({ status, reason }) => {
          if (status === 408)
            reject(new SipsirenError('TIMEOUT', `Nobody answered for the peer: 408 ${reason}.`));
          else if (status >= 200) resolve(status !== 481);
        },
        onFailure: reject,
      });
    });
  }

  sendOffer({ method, offer }: Offering, user: ClientRequestUser): void {
    const lines = this.timer.refreshLines();
    const headers =
      lines.length === 0 ? lines : [['Supported', this.agent.extensions.supported] as const, ...lines];
    const content = offer === undefined ? { headers } : { headers, body: offer };
    if (offer !== undefined) this.negotiation.weOffer(offer);
    this.sender.send(method, content, user, { revise: (response) => this.timer.linesAfter(response) });
  }

  onOfferSuccess(offering: Offering, response: SipResponse, request: ClientRequest): void {
    if (!this.dialog) return;
    this.dialog = withRemoteTarget(this.dialog, response);
    this.timer.agree(response);
    this.noteAllow(response);
    const { method, offer, isRefresh } = offering;
    const expected = offer === undefined ? 'offer' : isRefresh ? 'same answer' : 'answer';
    if (method === 'INVITE') this.confirm(this.dialog, response, request.request, expected);
    else if (offer !== undefined) this.takeAnswer(response, expected);
  }

  refreshSession(): void {
    this.#offersOfOurs.refresh();
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
    return this.agent.contactFor(targetOfFlow(flow), this.contact);
  }

  onDialogLost(reason: string, status?: number): void {
    this.lose({ by: 'failure', reason, ...(status === undefined ? {} : { status }) });
  }

  /** The peer took back a re-INVITE, which leaves the session as it was. */
  protected onWithdrawn(answer: InviteAnswer, _cancel: SipRequest): void {
    this.negotiation.refuse();
    this.respond(answer.transaction, { status: 487 });
  }

  /** A PRACK of a response that was never sent reliably (RFC 3262 section 3). */
  protected receivePrack(transaction: ServerTransaction): void {
    this.respond(transaction, { status: 481 });
  }

  protected get dialog(): Dialog | undefined {
    return this.sender.dialog;
  }

  protected set dialog(dialog: Dialog | undefined) {
    this.sender.dialog = dialog;
  }

  /** Sends a request in the dialog, whether or not the session is over. */
  protected transmit(method: string, content: ResponseContent, user: ClientRequestUser): void {
    this.sender.send(method, content, user);
  }

  /**
   * Deals with a 2xx to an INVITE of ours: the first time with its SDP and an ACK, later with the same ACK
   * again (section 13.2.2.4).
   */
  protected confirm(dialog: Dialog, response: SipResponse, invite: SipRequest, expected: Expected): void {
    const sequence = response.cseq.sequence;
    if (this.#ack?.sequence === sequence) return this.#ack.sent?.resend();
    const ack: { readonly sequence: number; sent: SentAck | undefined } = { sequence, sent: undefined };
    this.#ack = ack;
    const sdp = sdpOf(response);
    if (sdp !== undefined && expected === 'offer') {
      this.negotiation.theyOffer(sdp);
      this.askForAnswer(sdp, response, (answer) => {
        const isTaken = answer.status < 300;
        if (isTaken) this.takeOwnAnswer(answer);
        ack.sent = this.sender.acknowledge(dialog, invite, isTaken ? answer : {});
        // An offer cannot be refused in an ACK, so the session ends instead (section 13.2.2.4).
        if (!isTaken) this.end();
      });
      return;
    }
    ack.sent = this.sender.acknowledge(dialog, invite, {});
    this.takeAnswer(response, expected);
  }

  /** The peer's answer in a message, if it has one and one is due. One that refreshes the session is told only where it is new. */
  protected takeAnswer(message: SipMessage, expected: Expected = 'answer'): void {
    const { negotiation } = this;
    const sdp = negotiation.open === 'ours' ? sdpOf(message) : undefined;
    if (sdp === undefined || (expected !== 'answer' && expected !== 'same answer')) return;
    const isNews = expected === 'answer' || sdp !== negotiation.remote;
    negotiation.answer(sdp);
    if (isNews) this.#reportAnswer(sdp, message);
  }

  /** Takes note of the methods that the peer takes (RFC 3261 section 20.5). */
  protected noteAllow({ headers }: SipMessage): void {
    const lines = headers.all('Allow');
    if (lines.length > 0) this.takesUpdate = lines.some((line) => line.includes('UPDATE'));
  }

  /** Our answer to the peer's offer, as it is sent. */
  takeOwnAnswer(answer: ResponseContent): void {
    if (answer.body === undefined) this.negotiation.refuse();
    else this.negotiation.answer(answer.body.toString());
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
    this.timer.stop();
    this.peerOffers.release();
    this.#ownOffers?.release();
    this.agent.forget(this);
  }

  #reportAnswer(sdp: string, message: SipMessage): void {
    try {
      this.onAnswer(sdp, message);
    } catch (error) {
      this.agent.reportFault('onAnswer', error);
    }
  }

  get #offersOfOurs(): OwnOffers {
    return (this.#ownOffers ??= new OwnOffers(this.agent, this));
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
}

/** Requests that change the session; whoever sent them by `send` would do so behind its back. */
const OF_THE_SESSION: ReadonlySet<string> = new Set(['INVITE', 'ACK', 'BYE', 'CANCEL', 'PRACK', 'UPDATE']);

function stateError(message: string): SipsirenError {
  return new SipsirenError('SIP_STATE', message);
}
