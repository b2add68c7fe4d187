import type { Negotiation } from '../dialog/negotiation.js';
import { sdpOf, type SipMessage, type SipRequest } from '../message/index.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import type { Flow } from '../transport/flow.js';
import { inspectBody } from './inspection.js';
import { InviteAnswer, type InviteAnswerOwner } from './invite-answer.js';
import type { SessionTimer } from './session-timer.js';
import type { OfferAnswer, SessionReply } from './session.js';
import type { UserAgentPort } from './user-agent-port.js';

/** What the session does for its peer's offers. */
export interface PeerOffersOwner extends InviteAnswerOwner {
  readonly localTag: string;
  /** Whether the dialog is still there to be changed. */
  readonly hasDialog: boolean;
  /** Whether an INVITE of ours has no final response. */
  readonly isAsking: boolean;
  /** Whether an offer of ours has no answer, or waits to be repeated after a 491. */
  readonly isOffering: boolean;
  readonly negotiation: Negotiation;
  readonly timer: SessionTimer;
  /** The ACK of our 2xx came, or something that proves that the 2xx arrived. */
  onAcknowledged(): void;
  /** Takes over the Contact of a request that moves the remote target. */
  moveTarget(request: SipRequest): void;
  /** Our answer, as it goes out. */
  takeOwnAnswer(answer: OfferAnswer): void;
  /** Asks the layer above. */
  askForAnswer(offer: string | undefined, message: SipMessage, then: (answer: OfferAnswer) => void): void;
  respond(transaction: ServerTransaction, reply: SessionReply, contact?: string): void;
  /** Our Contact for the peer at the other end of a flow. */
  contactOn(flow: Flow): string;
}

/** The INVITEs of the peer, and its UPDATEs: one at a time, and none that meets one of ours (RFC 3261 section 14.2). */
export class PeerOffers {
  readonly #agent: UserAgentPort;
  readonly #owner: PeerOffersOwner;
  #answer: InviteAnswer | undefined;

  constructor(agent: UserAgentPort, owner: PeerOffersOwner) {
    this.#agent = agent;
    this.#owner = owner;
  }

  /** Whether an INVITE of the peer has no final response from us. */
  get isUnanswered(): boolean {
    return this.#answer?.isAnswered === false;
  }

  /** The INVITE that the session began with. */
  begin(answer: InviteAnswer): void {
    this.#answer = answer;
  }

  /** Whether an ACK is the one that our 2xx waited for, and whether it must bring the answer to our offer. */
  receiveAck(ack: SipRequest): 'stray' | 'confirms' | 'answers' {
    const answer = this.#answer;
    if (!answer?.awaitsAck || ack.cseq.sequence !== answer.sequence) return 'stray';
    answer.stop();
    return answer.carriesOffer ? 'answers' : 'confirms';
  }

  /** Ends what is under way. Section 15.1.2: a BYE also ends an INVITE that still waits for its answer. */
  release(): void {
    const answer = this.#answer;
    if (answer && !answer.isAnswered) this.#owner.respond(answer.transaction, { status: 487 });
    answer?.stop();
  }

  receiveInvite(transaction: ServerTransaction): void {
    const { request } = transaction;
    const refusal =
      replacesRefusal(request) ??
      this.#inviteRefusal() ??
      inspectBody(request) ??
      this.#owner.timer.refusalOf(request);
    if (refusal) {
      this.#owner.respond(transaction, refusal);
      return;
    }
    const previous = this.#answer;
    // The peer knows our 2xx, or it could not send another INVITE: its ACK was lost.
    if (previous?.awaitsAck === true) {
      previous.stop();
      this.#owner.onAcknowledged();
    }
    const next = new InviteAnswer(transaction, this.#owner, this.#agent.clock, this.#agent.timers);
    this.#answer = next;
    const offer = sdpOf(request);
    if (offer !== undefined) this.#owner.negotiation.theyOffer(offer);
    this.#owner.askForAnswer(offer, request, (result) => this.#answerInvite(next, offer, result));
  }

  /** RFC 3311: an offer outside of INVITE, or only a new Contact, or a refresh. */
  receiveUpdate(transaction: ServerTransaction): void {
    const owner = this.#owner;
    const { request } = transaction;
    const offer = sdpOf(request);
    const refusal =
      inspectBody(request) ??
      (offer === undefined ? undefined : this.#updateRefusal()) ??
      owner.timer.refusalOf(request);
    if (refusal) {
      owner.respond(transaction, refusal);
      return;
    }
    if (offer === undefined) {
      this.#answerUpdate(transaction, { status: 200 });
      return;
    }
    owner.negotiation.theyOffer(offer);
    owner.askForAnswer(offer, request, (result) => {
      if (result.status < 300) owner.takeOwnAnswer(result);
      else owner.negotiation.refuse();
      this.#answerUpdate(transaction, result);
    });
  }

  #answerUpdate(transaction: ServerTransaction, result: OfferAnswer): void {
    const owner = this.#owner;
    if (result.status >= 300) {
      owner.respond(transaction, result);
      return;
    }
    const { request, flow } = transaction;
    owner.moveTarget(request);
    const headers = [...(result.headers ?? []), ...owner.timer.answer(request)];
    owner.respond(transaction, { ...result, headers }, owner.contactOn(flow));
  }

  /** RFC 3311 section 5.2: 491 where our offer has no answer, 500 where the peer's own has none. */
  #updateRefusal(): SessionReply | undefined {
    const { isOffering, negotiation } = this.#owner;
    if (negotiation.open === 'theirs') return comeBack();
    return isOffering || negotiation.local === undefined ? { status: 491 } : undefined;
  }

  /** Why another INVITE cannot be taken now. */
  #inviteRefusal(): SessionReply | undefined {
    if (this.isUnanswered) {
      return comeBack();
    }
    const owesAnswer = this.#answer?.awaitsAck === true && this.#answer.carriesOffer;
    return this.#owner.isAsking || owesAnswer ? { status: 491 } : undefined;
  }

  #answerInvite(answer: InviteAnswer, offer: string | undefined, result: OfferAnswer): void {
    const owner = this.#owner;
    if (answer.isAnswered || !owner.hasDialog) return;
    const { request, flow } = answer.transaction;
    if (result.status >= 300) {
      owner.negotiation.refuse();
      owner.respond(answer.transaction, result);
      return;
    }
    if (offer !== undefined) owner.takeOwnAnswer(result);
    else if (result.body !== undefined) owner.negotiation.weOffer(result.body.toString());
    owner.moveTarget(request);
    const response = this.#agent.makeResponse(request, {
      status: result.status,
      localTag: owner.localTag,
      content: { ...result, headers: [...(result.headers ?? []), ...owner.timer.answer(request)] },
      contact: owner.contactOn(flow),
      inDialog: true,
    });
    answer.succeed(response, offer === undefined);
  }
}

/** Section 14.2: the peer's own former offer is in the way, so it comes back after a while of its own. */
function comeBack(): SessionReply {
  return { status: 500, headers: [['Retry-After', String(Math.floor(Math.random() * 11))]] };
}

/** RFC 3891 section 3: an INVITE that takes the place of a dialog stands outside of every dialog. */
function replacesRefusal({ headers }: SipRequest): SessionReply | undefined {
  return headers.has('Replaces')
    ? { status: 400, reason: 'Bad Request (Replaces within a dialog)' }
    : undefined;
}
