import type { Timer } from '../../base/clock.js';
import { milliseconds } from '../../base/duration.js';
import {
  rackField,
  readLeniently,
  rseqField,
  sdpOf,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../message/index.js';
import type { Negotiation } from '../dialog/negotiation.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import type { HeaderLine } from '../message/index.js';
import type { OfferAnswer, SessionReply } from './session.js';
import type { UserAgentPort } from './user-agent-port.js';

/** The session whose INVITE is answered reliably. */
export interface ReliableResponsesOwner {
  /** Sends a provisional response for the first time, or again. */
  sendReliably(response: SipResponse): void;
  /** The PRACK came. True where the response offered, so that what the PRACK describes is the answer. */
  onReliablyReceived(response: SipResponse, prack: SipRequest): boolean;
  /** No PRACK came within 64*T1. */
  onNoPrack(): void;
  /** Nothing waits for a PRACK any more. */
  onReliablyDone(): void;
  readonly negotiation: Negotiation;
  /** Our answer, as it goes out. */
  takeOwnAnswer(answer: OfferAnswer): void;
  askForAnswer(offer: string | undefined, message: SipMessage, then: (answer: OfferAnswer) => void): void;
  respond(transaction: ServerTransaction, reply: SessionReply): void;
}

type Outstanding = {
  readonly number: number;
  readonly response: SipResponse;
  readonly startedAt: number;
  interval: number;
  timer: Timer;
};

/**
 * The reliable provisional responses to one INVITE (RFC 3262 section 3): one at a time and in order, each
 * repeated from T1 on, doubling, until its PRACK.
 */
export class ReliableResponses {
  readonly #agent: UserAgentPort;
  readonly #owner: ReliableResponsesOwner;
  readonly #sequence: number;
  #next: number;
  #outstanding: Outstanding | undefined;
  #waiting: SipResponse[] = [];

  constructor(agent: UserAgentPort, owner: ReliableResponsesOwner, invite: SipRequest) {
    this.#agent = agent;
    this.#owner = owner;
    this.#sequence = invite.cseq.sequence;
    // Section 3: uniformly between 1 and 2^31 - 1. Lower ones leave room to count up.
    this.#next = 1 + Math.floor(Math.random() * 2 ** 30);
  }

  /** Whether a session description still waits for its PRACK, which holds back a 2xx. */
  get holdsBackSuccess(): boolean {
    return this.#waiting.length > 0 || (this.#outstanding?.response.body.length ?? 0) > 0;
  }

  /** The lines that make a response reliable; for `send` at once. */
  takeLines(): readonly HeaderLine[] {
    const number = this.#next;
    this.#next += 1;
    return [
      ['Require', '100rel'],
      ['RSeq', String(number)],
    ];
  }

  /** Sends a response now, or once those before it have their PRACKs. */
  send(response: SipResponse): void {
    if (this.#outstanding) this.#waiting.push(response);
    else this.#start(response);
  }

  receivePrack(prack: ServerTransaction): void {
    const { request } = prack;
    const acknowledged = readLeniently(request, rackField);
    const outstanding = this.#outstanding;
    if (!acknowledged) {
      this.#owner.respond(prack, { status: 400, reason: 'Bad Request (RAck is missing or malformed)' });
      return;
    }
    const { number, sequence, method } = acknowledged;
    if (number !== outstanding?.number || sequence !== this.#sequence || method !== 'INVITE') {
      this.#owner.respond(prack, { status: 481 });
      return;
    }
    outstanding.timer.cancel();
    this.#outstanding = undefined;
    const isAnswer = this.#owner.onReliablyReceived(outstanding.response, request);
    this.#answer(prack, isAnswer, () => this.#goOn());
  }

  /**
   * A final response was sent, or the call is over: nothing is repeated any more. A PRACK that is on its way is
   * still taken, for a 481 would end the call. Idempotent.
   */
  stop(): void {
    this.#outstanding?.timer.cancel();
    this.#waiting = [];
  }

  /** Section 5: a PRACK may bring an offer of its own once the first one has its answer. */
  #answer(prack: ServerTransaction, isAnswer: boolean, then: () => void): void {
    const owner = this.#owner;
    const { negotiation } = owner;
    const offer = isAnswer ? undefined : sdpOf(prack.request);
    if (offer === undefined || negotiation.open !== undefined || negotiation.local === undefined) {
      owner.respond(prack, { status: 200 });
      then();
      return;
    }
    negotiation.theyOffer(offer);
    owner.askForAnswer(offer, prack.request, (answer) => {
      if (answer.status < 300) owner.takeOwnAnswer(answer);
      else negotiation.refuse();
      owner.respond(prack, answer);
      then();
    });
  }

  #goOn(): void {
    const next = this.#waiting.shift();
    if (next) this.#start(next);
    else if (!this.#outstanding) this.#owner.onReliablyDone();
  }

  #start(response: SipResponse): void {
    const { t1 } = this.#agent.timers;
    const number = readLeniently(response, rseqField) ?? 0;
    const startedAt = this.#agent.clock.now();
    this.#outstanding = { number, response, startedAt, interval: t1, timer: this.#startTimer(t1) };
    this.#owner.sendReliably(response);
  }

  #startTimer(delay: number): Timer {
    return this.#agent.clock.startTimer('reliable 1xx repetition', milliseconds(delay), () => this.#repeat());
  }

  #repeat(): void {
    const outstanding = this.#outstanding;
    if (!outstanding) return;
    const left = outstanding.startedAt + 64 * this.#agent.timers.t1 - this.#agent.clock.now();
    if (left <= 0) {
      this.stop();
      this.#owner.onNoPrack();
      return;
    }
    outstanding.interval *= 2;
    outstanding.timer = this.#startTimer(Math.min(outstanding.interval, left));
    this.#owner.sendReliably(outstanding.response);
  }
}
