import type { Timer } from '../../base/clock.js';
import { minutes, seconds } from '../../base/duration.js';
import { dialogOfRequest } from '../dialog/dialog.js';
import {
  nextOfIncomingInvite,
  type IncomingInviteEffect,
  type IncomingInviteInput,
  type IncomingInviteState,
} from '../dialog/incoming-invite-machine.js';
import { isSipUri, sdpOf, type SipRequest, type SipResponse, type Uri } from '../message/index.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import { callerVerdictOf, type CallerSecret, type CallerVerdict } from './caller-check.js';
import type { ClientRequestUser } from './client-request.js';
import type { ResponseContent } from './content.js';
import type { IncomingInvite } from './incoming-invite.js';
import { InviteAnswer } from './invite-answer.js';
import { InviteSession } from './invite-session.js';
import type { OwnContact } from './own-contact.js';
import { knowsExtension, requiresExtension, type ReliableProvisionalMode } from './extensions.js';
import { reasonIn, reasonLines } from './reason.js';
import { ReliableResponses, type ReliableResponsesOwner } from './reliable-responses.js';
import { asksForSecureContact } from './secure-hop.js';
import type { EndReason, SessionEnd, SessionState } from './session.js';
import type { UserAgentPort } from './user-agent-port.js';

/** What an input brings along for its effects. */
type Details = {
  /** Made beforehand, so that what the layer above gives is refused before anything changes. */
  readonly response?: SipResponse;
  readonly isReliable?: boolean;
  readonly end?: SessionEnd;
  readonly reason?: EndReason | undefined;
};

const NO_DETAILS: Details = {};
const EXPIRED: SessionEnd = { by: 'timeout', status: 487, reason: 'The INVITE expired.' };

const NO_PRACK: SessionEnd = {
  by: 'timeout',
  status: 504,
  reason: 'The caller did not acknowledge a reliable response.',
};

/** Proxies give up on an INVITE after three minutes without a provisional response (RFC 3261 section 13.3.1.1). */
const PROGRESS_INTERVAL = minutes(1);

/** What becomes of a BYE that ends a session is of no interest any more. */
const NOBODY: ClientRequestUser = { onResponse: () => undefined, onFailure: () => undefined };

/** The shell of the incoming INVITE machine. */
export class IncomingSession extends InviteSession implements IncomingInvite, ReliableResponsesOwner {
  readonly direction = 'incoming';
  readonly offer: string | undefined;
  readonly source: string;
  readonly #initial: InviteAnswer;
  #state: IncomingInviteState = 'inviting';
  #reliable: ReliableResponses | undefined;
  /** Waits for the PRACK of a session description that was sent before (RFC 3262 section 3). */
  #held: ResponseContent | undefined;
  readonly #isSecure: boolean;
  readonly #reliableMode: ReliableProvisionalMode;
  #ringing: Timer | undefined;
  #expiry: Timer | undefined;

  constructor(agent: UserAgentPort, transaction: ServerTransaction, localTag: string) {
    const { request, flow } = transaction;
    super({ agent, request, localTag, flow });
    this.source = flow.remote.address;
    this.dialog = dialogOfRequest(request, localTag);
    this.#reliableMode = agent.extensions.reliableProvisional;
    this.#isSecure = (flow.protocol === 'tls' || flow.protocol === 'wss') && asksForSecureContact(request);
    this.offer = sdpOf(request);
    if (this.offer !== undefined) this.negotiation.theyOffer(this.offer);
    this.noteAllow(request);
    this.#initial = new InviteAnswer(transaction, this, agent.clock, agent.timers);
    this.peerOffers.begin(this.#initial);
    agent.remember(this);
    if (request.headers.has('Expires')) this.#startExpiry(request.headers.first('Expires') ?? '');
  }

  get state(): SessionState {
    if (this.isReported || this.#state === 'leaving') return 'terminated';
    return this.#state;
  }

  get localUri(): Uri {
    return this.request.to.uri;
  }

  get remoteUri(): Uri {
    return this.request.from.uri;
  }

  progress(status: number, content: ResponseContent = {}): void {
    if (status <= 100 || status >= 200 || !this.#isUnanswered || this.#held) return;
    const isReliable = this.#isReliable(content);
    const response = isReliable ? this.#reliableResponse(status, content) : this.#response(status, content);
    this.#take('progress', { response, isReliable });
  }

  accept(content: ResponseContent): void {
    if (!this.#isUnanswered || this.#held) return;
    // An answer that went out reliably holds; it is not given a second time (RFC 6337 section 3.1.1).
    const { body: _answered, ...rest } = content;
    const told: ResponseContent = this.negotiation.local === undefined ? content : rest;
    const response = this.#response(200, told);
    if (this.#reliable?.holdsBackSuccess === true) {
      this.#held = content;
      return;
    }
    if (told.body !== undefined) this.#takeDescription(told);
    for (const [name, value] of this.timer.answer(this.request)) response.headers.append(name, value);
    this.#take('accept', { response });
  }

  reject(status: number, content: ResponseContent = {}): void {
    if (status < 300 || status >= 700 || !this.#isUnanswered) return;
    this.#held = undefined;
    const { reason } = content;
    const end: SessionEnd = { by: 'local', status, ...(reason === undefined ? {} : { reason }) };
    this.#take('reject', { response: this.#refusal(status, content), end });
  }

  drop(): void {
    if (this.#isUnanswered) this.#take('drop', { end: { by: 'local' } });
  }

  authenticate(caller: CallerSecret): CallerVerdict {
    const verdict = this.agent.callers.check(this.request, this.flow?.remote.address ?? '', caller);
    if (!verdict.ok) this.reject(401, { headers: verdict.challenge });
    return callerVerdictOf(verdict);
  }

  end(options: { readonly reason?: EndReason } = {}): void {
    const { reason } = options;
    const isAnswered = this.#state === 'accepted' || this.#state === 'confirmed';
    this.#take('end', {
      reason,
      end: isAnswered ? { by: 'local', method: 'BYE' } : { by: 'local', status: 480 },
    });
  }

  abandon(): void {
    this.#state = 'terminated';
    this.#stopTimers();
    this.release();
    this.report({ by: 'local' });
  }

  onNoAck(answer: InviteAnswer, reason: string): void {
    this.#take(answer === this.#initial ? 'no-ack' : 'lost', {
      end: { by: 'timeout', method: 'BYE', reason },
    });
  }

  get contact(): OwnContact {
    const { uri } = this.request;
    return { user: isSipUri(uri) ? uri.user : undefined, parameters: '', isSecure: this.#isSecure };
  }

  /** Our own INVITE is a re-INVITE, of which the session knows. */
  readonly isInviting = false;

  sendReliably(response: SipResponse): void {
    this.#initial.transaction.respond(response);
  }

  onReliablyReceived(response: SipResponse, prack: SipRequest): boolean {
    if (response.body.length === 0 || this.negotiation.open !== 'ours') return false;
    this.takeAnswer(prack);
    this.negotiation.refuse();
    return true;
  }

  onNoPrack(): void {
    const response = this.#refusal(504, {});
    this.#take('reject', { response, end: NO_PRACK });
  }

  onReliablyDone(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held) this.accept(held);
  }

  protected override receivePrack(transaction: ServerTransaction): void {
    if (this.#reliable) this.#reliable.receivePrack(transaction);
    else super.receivePrack(transaction);
  }

  protected override onWithdrawn(answer: InviteAnswer, cancel: SipRequest): void {
    if (answer !== this.#initial) {
      super.onWithdrawn(answer, cancel);
      return;
    }
    this.#take('cancel', { end: { by: 'remote', method: 'CANCEL', ...reasonIn(cancel) } });
  }

  protected onBye(end: SessionEnd): void {
    this.#take('bye', { end });
  }

  onAcknowledged(): void {
    this.#take('ack', NO_DETAILS);
  }

  protected lose(end: SessionEnd): void {
    this.#take('lost', { end });
  }

  #take(input: IncomingInviteInput, details: Details): void {
    const next = nextOfIncomingInvite(this.#state, input);
    if (!next) return;
    this.#state = next.state;
    for (const effect of next.effects) this.#perform(effect, details);
    if (next.state === 'terminated') this.release();
  }

  #perform(effect: IncomingInviteEffect, details: Details): void {
    switch (effect) {
      case 'send-provisional': {
        this.#sendProvisional(details);
        return;
      }
      case 'send-success': {
        this.#sendSuccess(details.response);
        return;
      }
      case 'send-refusal': {
        this.#refuse(details.response);
        return;
      }
      case 'answer-nothing': {
        this.#stopTimers();
        this.#initial.transaction.drop();
        return;
      }
      case 'refuse-480': {
        this.#refuse(this.#refusal(480, { headers: reasonLines(details.reason) }));
        return;
      }
      case 'refuse-487': {
        this.#refuse(this.#refusal(487, {}));
        return;
      }
      case 'stop-repeating': {
        this.#initial.stop();
        return;
      }
      case 'send-bye': {
        this.transmit('BYE', { headers: reasonLines(details.reason) }, NOBODY);
        return;
      }
      case 'report-confirmed': {
        this.reportConfirmed();
        return;
      }
      case 'report-local':
      case 'report-remote':
      case 'report-timeout':
      case 'report-lost': {
        this.report(details.end ?? { by: 'local' });
        return;
      }
    }
  }

  #sendProvisional({ response, isReliable }: Details): void {
    if (!response) return;
    if (isReliable === true) this.#reliable?.send(response);
    else this.#initial.transaction.respond(response);
    this.#ringing?.cancel();
    this.#ringing = this.agent.clock.startTimer('18x repetition', PROGRESS_INTERVAL, () => {
      // What is reliable was heard; the proxies on the way must hear something new (RFC 3262 section 3).
      if (isReliable === true) this.progress(response.status);
      else this.#sendProvisional({ response });
    });
  }

  /** Where the caller insists, or where it can and the response says more than that it rings. */
  #isReliable(content: ResponseContent): boolean {
    const mode = this.#reliableMode;
    if (mode === 'off') return false;
    if (requiresExtension(this.request, '100rel')) return true;
    return (mode === 'required' || content.body !== undefined) && knowsExtension(this.request, '100rel');
  }

  #reliableResponse(status: number, content: ResponseContent): SipResponse {
    const { body, ...rest } = content;
    const reliable = (this.#reliable ??= new ReliableResponses(this.agent, this, this.request));
    const isNews =
      body !== undefined && this.negotiation.local === undefined && this.negotiation.open !== 'ours';
    const headers = [...(content.headers ?? []), ...reliable.takeLines()];
    const response = this.#response(status, { ...(isNews ? content : rest), headers });
    if (isNews) this.#takeDescription(content);
    return response;
  }

  /** Our description as it goes out: the answer to the caller's offer, or else our own. */
  #takeDescription(content: ResponseContent): void {
    if (this.negotiation.open === 'theirs') this.takeOwnAnswer(content);
    else if (content.body !== undefined) this.negotiation.weOffer(content.body.toString());
  }

  #sendSuccess(response: SipResponse | undefined): void {
    this.#stopTimers();
    if (response) this.#initial.succeed(response, this.negotiation.open === 'ours');
  }

  #refuse(response: SipResponse | undefined): void {
    this.#stopTimers();
    if (response) this.#initial.transaction.respond(response);
  }

  get #isUnanswered(): boolean {
    return this.#state === 'inviting' || this.#state === 'early';
  }

  #refusal(status: number, content: ResponseContent): SipResponse {
    return this.agent.makeResponse(this.request, { status, localTag: this.localTag, content });
  }

  /** A response that makes or confirms the dialog (section 12.1.1). */
  #response(status: number, content: ResponseContent): SipResponse {
    const { request, localTag } = this;
    const contact = this.contactOn(this.#initial.transaction.flow);
    return this.agent.makeResponse(request, { status, localTag, content, contact, inDialog: true });
  }

  /** Section 13.3.1: an INVITE that is not answered in time gets a 487. */
  #startExpiry(value: string): void {
    const count = Number.parseInt(value, 10);
    if (!(count > 0)) return;
    this.#expiry = this.agent.clock.startTimer('INVITE expiry', seconds(count), () =>
      this.#take('expired', { end: EXPIRED }),
    );
  }

  #stopTimers(): void {
    this.#ringing?.cancel();
    this.#expiry?.cancel();
    this.#reliable?.stop();
  }
}
