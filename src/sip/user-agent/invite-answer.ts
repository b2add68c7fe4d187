import type { Clock, Timer } from '../../base/clock.js';
import { milliseconds } from '../../base/duration.js';
import type { SipsirenError } from '../../base/errors.js';
import type { SipResponse } from '../message/index.js';
import type { ServerTransaction, ServerTransactionUser, TimerSettings } from '../transaction/transaction.js';

/** Who owns an INVITE that came in: a session, for its first INVITE and for each re-INVITE. */
export interface InviteAnswerOwner {
  /** The peer took its INVITE back before a final response. */
  onCancel(answer: InviteAnswer, cancel: ServerTransaction): void;
  /** No ACK came within 64*T1 of the 2xx (RFC 3261 section 13.3.1.4); `reason` says why, as far as is known. */
  onNoAck(answer: InviteAnswer, reason: string): void;
}

/**
 * One INVITE that came in, from its arrival to its ACK. Repeats a 2xx from T1, doubling up to T2, until the
 * ACK, on every transport, since a proxy further on may use UDP (RFC 3261 section 13.3.1.4).
 */
export class InviteAnswer implements ServerTransactionUser {
  readonly transaction: ServerTransaction;
  readonly sequence: number;
  /** The 2xx carries our offer, and its ACK the peer's answer. */
  carriesOffer = false;
  readonly #owner: InviteAnswerOwner;
  readonly #clock: Clock;
  readonly #timers: TimerSettings;
  #success: SipResponse | undefined;
  #repeat: Timer | undefined;
  #undelivered: SipsirenError | undefined;
  #interval = 0;
  #elapsed = 0;

  constructor(transaction: ServerTransaction, owner: InviteAnswerOwner, clock: Clock, timers: TimerSettings) {
    this.transaction = transaction;
    this.sequence = transaction.request.cseq.sequence;
    this.#owner = owner;
    this.#clock = clock;
    this.#timers = timers;
    transaction.user = this;
  }

  /** A final response was sent. */
  get isAnswered(): boolean {
    return this.transaction.isCompleted;
  }

  /** A 2xx was sent and its ACK has not come. */
  get awaitsAck(): boolean {
    return this.#success !== undefined;
  }

  /** Sends a 2xx and repeats it until `stop`. */
  succeed(response: SipResponse, carriesOffer: boolean): void {
    this.carriesOffer = carriesOffer;
    this.#success = response;
    this.#interval = this.#timers.t1;
    this.#elapsed = 0;
    this.transaction.respond(response);
    this.#startRepeating();
  }

  /** The ACK came, or nobody waits for it any more. Idempotent. */
  stop(): void {
    this.#success = undefined;
    // The transaction lingers for 64*T1; the session must not linger with it.
    this.transaction.user = undefined;
    this.#repeat?.cancel();
    this.#repeat = undefined;
  }

  onCancel(cancel: ServerTransaction): void {
    this.#owner.onCancel(this, cancel);
  }

  /** A later repetition may still arrive, so this only explains a missing ACK. */
  onFailure(error: SipsirenError): void {
    this.#undelivered = error;
  }

  #startRepeating(): void {
    const left = 64 * this.#timers.t1 - this.#elapsed;
    const delay = Math.min(this.#interval, left);
    this.#repeat = this.#clock.startTimer('2xx repetition', milliseconds(delay), () => this.#onRepeat(delay));
  }

  #onRepeat(waited: number): void {
    if (!this.#success) return;
    this.#elapsed += waited;
    if (this.#elapsed >= 64 * this.#timers.t1) {
      this.stop();
      this.#owner.onNoAck(this, this.#undelivered?.message ?? 'No ACK came.');
      return;
    }
    this.transaction.respond(this.#success);
    this.#interval = Math.min(2 * this.#interval, this.#timers.t2);
    this.#startRepeating();
  }
}
