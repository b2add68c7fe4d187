import type { Timer } from '../../base/clock.js';
import { milliseconds } from '../../base/duration.js';
import { SipsirenError } from '../../base/errors.js';
import { readLeniently, retryAfterField, type SipResponse } from '../message/index.js';
import type { ClientRequest, ClientRequestUser } from './client-request.js';
import type { UserAgentPort } from './user-agent-port.js';

/** A request that offers, or only refreshes. */
export type Offering = {
  readonly method: 'INVITE' | 'UPDATE';
  /** Our description. Undefined: a re-INVITE asks for the peer's offer, an UPDATE changes none. */
  readonly offer: string | undefined;
  /** Sent for the session timer's sake; nobody above waits for it. */
  readonly isRefresh: boolean;
};

/** The session that a request of ours belongs to. */
export interface OwnOfferOwner {
  /** Whether we chose the Call-ID, which decides who waits longer after glare (RFC 3261 section 14.1). */
  readonly direction: 'incoming' | 'outgoing';
  sendOffer(offering: Offering, user: ClientRequestUser): void;
  /** A 2xx. Repetitions of that of an INVITE come here again. */
  onOfferSuccess(offering: Offering, response: SipResponse, request: ClientRequest): void;
  /** It is over, one way or the other. */
  onOfferOver(offer: OwnOffer): void;
  /** The peer does not know the dialog (section 12.2.1.2). */
  onDialogLost(reason: string, status?: number): void;
  /** No response came, or somebody on the way said so with a 408. */
  onNoAnswer(offering: Offering, reason: string, status?: number): void;
}

/** Longer than that nobody waits for a peer that is busy with another offer (RFC 3311 section 5.2: at most 10). */
const LONGEST_PAUSE = 10;

/**
 * A re-INVITE or UPDATE of ours until its final response, with the one repetition after glare: 491 (RFC 3261
 * section 14.1, RFC 3311 section 5.3), or 500 with Retry-After where the peer had an offer of its own open.
 */
export class OwnOffer implements ClientRequestUser {
  readonly offering: Offering;
  readonly #agent: UserAgentPort;
  readonly #owner: OwnOfferOwner;
  readonly #onDone: (response: SipResponse) => void;
  readonly #onError: (error: SipsirenError) => void;
  #afterwards: (() => void)[] = [];
  #pause: Timer | undefined;
  #isRepeated = false;
  #isOver = false;

  constructor(
    agent: UserAgentPort,
    owner: OwnOfferOwner,
    offering: Offering,
    onDone: (response: SipResponse) => void,
    onError: (error: SipsirenError) => void,
  ) {
    this.#agent = agent;
    this.#owner = owner;
    this.offering = offering;
    this.#onDone = onDone;
    this.#onError = onError;
  }

  /** Waits after glare: the peer's request may come first. */
  get isPaused(): boolean {
    return this.#pause !== undefined;
  }

  start(): void {
    this.#owner.sendOffer(this.offering, this);
  }

  /** Calls back once this is over. */
  afterwards(then: () => void): void {
    this.#afterwards.push(then);
  }

  onResponse(response: SipResponse, request: ClientRequest): void {
    const { status } = response;
    if (status < 200) return;
    if (status < 300) {
      this.#owner.onOfferSuccess(this.offering, response, request);
      this.#finish(() => this.#onDone(response));
      return;
    }
    const pause = this.#isRepeated || this.#isOver ? undefined : this.#pauseAfter(response);
    if (pause !== undefined) {
      this.#isRepeated = true;
      this.#startPause(pause);
      return;
    }
    this.#finish(() => this.#onDone(response));
    if (status === 481) this.#owner.onDialogLost(response.reason, status);
    else if (status === 408) this.#owner.onNoAnswer(this.offering, response.reason, status);
  }

  onFailure(error: SipsirenError): void {
    this.#finish(() => this.#onError(error));
    this.#owner.onNoAnswer(this.offering, error.message);
  }

  /** The session is over. */
  abort(): void {
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#finish(() =>
      this.#onError(new SipsirenError('CANCELLED', 'The session ended before the peer answered.')),
    );
  }

  /** In milliseconds; undefined where the response is final. */
  #pauseAfter(response: SipResponse): number | undefined {
    if (response.status === 491) return this.#glarePause();
    if (response.status !== 500) return undefined;
    const after = readLeniently(response, retryAfterField)?.seconds;
    return after !== undefined && after <= LONGEST_PAUSE ? after * 1_000 : undefined;
  }

  /** The side that chose the Call-ID waits 2.1 to 4 s, the other one 0 to 2 s, in steps of 10 ms. */
  #glarePause(): number {
    const steps =
      this.#owner.direction === 'outgoing'
        ? 210 + Math.floor(Math.random() * 191)
        : Math.floor(Math.random() * 201);
    return steps * 10;
  }

  #startPause(pause: number): void {
    this.#pause = this.#agent.clock.startTimer('offer after glare', milliseconds(pause), () => {
      this.#pause = undefined;
      this.start();
    });
  }

  #finish(report: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#owner.onOfferOver(this);
    report();
    const afterwards = this.#afterwards;
    this.#afterwards = [];
    for (const then of afterwards) then();
  }
}
