import type { Timer } from '../../base/clock.js';
import { milliseconds } from '../../base/duration.js';
import { SipsirenError } from '../../base/errors.js';
import type { SipResponse } from '../message/index.js';
import type { ClientRequest, ClientRequestUser } from './client-request.js';
import type { UserAgentPort } from './user-agent-port.js';

/** The session that a re-INVITE of ours belongs to. */
export interface ReinviteOwner {
  /** Whether we chose the Call-ID, which decides who waits longer after glare (RFC 3261 section 14.1). */
  readonly direction: 'incoming' | 'outgoing';
  /** Sends the INVITE. */
  sendReinvite(offer: string | undefined, user: ClientRequestUser): void;
  /** A 2xx: refreshes the target, deals with its SDP and acknowledges. Repetitions come here again. */
  onReinviteSuccess(response: SipResponse, request: ClientRequest, offered: boolean): void;
  /** It is over, one way or the other. */
  onReinviteOver(reinvite: Reinvite): void;
  /** The peer does not know the dialog, or does not answer (section 12.2.1.2). */
  onDialogLost(reason: string, status?: number): void;
}

/** A re-INVITE of ours until its final response, with the one repetition after glare (RFC 3261 section 14.1). */
export class Reinvite implements ClientRequestUser {
  readonly #agent: UserAgentPort;
  readonly #owner: ReinviteOwner;
  readonly #offer: string | undefined;
  readonly #onDone: (response: SipResponse) => void;
  readonly #onError: (error: SipsirenError) => void;
  #pause: Timer | undefined;
  #isRepeated = false;
  #isOver = false;

  constructor(
    agent: UserAgentPort,
    owner: ReinviteOwner,
    offer: string | undefined,
    onDone: (response: SipResponse) => void,
    onError: (error: SipsirenError) => void,
  ) {
    this.#agent = agent;
    this.#owner = owner;
    this.#offer = offer;
    this.#onDone = onDone;
    this.#onError = onError;
  }

  /** Waits after glare: the peer's INVITE may come first. */
  get isPaused(): boolean {
    return this.#pause !== undefined;
  }

  start(): void {
    this.#owner.sendReinvite(this.#offer, this);
  }

  onResponse(response: SipResponse, request: ClientRequest): void {
    if (response.status < 200) return;
    if (response.status < 300) {
      this.#owner.onReinviteSuccess(response, request, this.#offer !== undefined);
      this.#finish(() => this.#onDone(response));
    } else if (response.status === 491 && !this.#isRepeated && !this.#isOver) {
      this.#isRepeated = true;
      this.#startPause();
    } else {
      this.#finish(() => this.#onDone(response));
      if (response.status === 408 || response.status === 481) {
        this.#owner.onDialogLost(response.reason, response.status);
      }
    }
  }

  onFailure(error: SipsirenError): void {
    this.#finish(() => this.#onError(error));
    this.#owner.onDialogLost(error.message);
  }

  /** The session is over. */
  abort(): void {
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#finish(() =>
      this.#onError(new SipsirenError('CANCELLED', 'The session ended before the peer answered.')),
    );
  }

  /** The side that chose the Call-ID waits 2.1 to 4 s, the other one 0 to 2 s, in steps of 10 ms. */
  #startPause(): void {
    const steps =
      this.#owner.direction === 'outgoing'
        ? 210 + Math.floor(Math.random() * 191)
        : Math.floor(Math.random() * 201);
    this.#pause = this.#agent.clock.startTimer('re-INVITE after glare', milliseconds(steps * 10), () => {
      this.#pause = undefined;
      this.start();
    });
  }

  #finish(report: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#owner.onReinviteOver(this);
    report();
  }
}
