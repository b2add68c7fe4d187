import type { Timer } from '../../base/clock.js';
import { minutes, type Duration } from '../../base/duration.js';
import type { SipsirenError } from '../../base/errors.js';
import { dialogOfResponse, type Dialog } from '../dialog/dialog.js';
import {
  nextOfOutgoingInvite,
  type OutgoingInviteEffect,
  type OutgoingInviteInput,
  type OutgoingInviteState,
} from '../dialog/outgoing-invite-machine.js';
import { cancelOf, sdpOf, type SipRequest, type SipResponse, type Uri } from '../message/index.js';
import type { Target } from '../transport/flow.js';
import { ClientRequest, type ClientRequestPlan, type ClientRequestUser } from './client-request.js';
import { EarlyDialogs } from './early-dialogs.js';
import type { InviteAnswer } from './invite-answer.js';
import { InviteSession } from './invite-session.js';
import type { OutgoingInvite } from './outgoing-invite.js';
import type { OutgoingInviteOptions } from './outgoing-options.js';
import type { OwnContact } from './own-contact.js';
import { PrackBook } from './prack-book.js';
import type { PreparedRequest } from './prepared-request.js';
import { reasonLines } from './reason.js';
import { redirectedRequest, Redirections } from './redirections.js';
import { RequestSteps } from './request-steps.js';
import { hopOf } from './secure-hop.js';
import type { EndReason, SessionEnd, SessionState } from './session.js';
import { StrayBranches } from './stray-branches.js';
import type { UserAgentPort } from './user-agent-port.js';

/** What an input brings along for its effects. */
type Details = {
  readonly response?: SipResponse;
  readonly end?: SessionEnd;
  readonly reason?: EndReason | undefined;
};

/** How long a call rings by default before it is taken back. */
const RINGING_LIMIT = minutes(3);

/** How many addresses of 3xx responses are tried by default. */
const MOST_REDIRECTIONS = 5;

const NOBODY: ClientRequestUser = { onResponse: () => undefined, onFailure: () => undefined };
const NO_ANSWER: SessionEnd = { by: 'timeout', method: 'CANCEL', reason: 'Nobody answered the call.' };

/** The shell of the outgoing INVITE machine. */
export class OutgoingSession extends InviteSession implements OutgoingInvite, ClientRequestUser {
  readonly direction = 'outgoing';
  onProgress: (response: SipResponse) => void = () => undefined;
  onAccept: (response: SipResponse) => void = () => undefined;
  onRedirect: (uri: Uri, response: SipResponse | undefined) => void = () => undefined;
  readonly contact: OwnContact;
  readonly #offer: string | undefined;
  readonly #redirections: Redirections;
  readonly #pracks = new PrackBook();
  #plan: ClientRequestPlan;
  #invite: ClientRequest;
  #state: OutgoingInviteState = 'calling';
  #limit: Timer | undefined;
  /** Branches of a fork that were answered too late. */
  readonly #strays: StrayBranches;
  /** Of each branch of a fork; the one that spoke last is `dialog`. */
  #earlyDialogs = new EarlyDialogs();
  /** The branch whose answer was reported last. */
  #answeredBy: string | undefined;
  #cancelReason: EndReason | undefined;

  constructor(
    agent: UserAgentPort,
    prepared: PreparedRequest,
    options: OutgoingInviteOptions,
    limit: Duration | undefined,
  ) {
    super({
      agent,
      request: prepared.request,
      localTag: prepared.localTag,
      flow: undefined,
      tls: options.tls,
    });
    this.contact = prepared.contact;
    this.credentials = options.credentials;
    this.#offer = options.body?.toString();
    this.#redirections = new Redirections(prepared.request.uri, options.followRedirects ?? MOST_REDIRECTIONS);
    this.#strays = new StrayBranches(agent, this, this.sender);
    this.#askForExtensions();
    let sequence = prepared.request.cseq.sequence;
    const { onStep } = options;
    this.#plan = {
      ...prepared.plan,
      nextSequence: () => (sequence += 1),
      revise: (response) => this.timer.linesAfter(response),
      steps: onStep && new RequestSteps(agent, 'INVITE', onStep),
    };
    this.#invite = new ClientRequest(agent, this.#plan, this);
    if (this.#offer !== undefined) this.negotiation.weOffer(this.#offer);
    agent.remember(this);
    this.#limit = agent.clock.startTimer('ringing limit', limit ?? RINGING_LIMIT, () =>
      this.#take('no-answer', { end: NO_ANSWER }),
    );
    this.#invite.start();
  }

  get state(): SessionState {
    if (this.isReported) return 'terminated';
    switch (this.#state) {
      case 'calling':
        return 'inviting';
      case 'early':
        return 'early';
      case 'confirmed':
        return 'confirmed';
      default:
        return 'terminated';
    }
  }

  get localUri(): Uri {
    return this.request.from.uri;
  }

  get remoteUri(): Uri {
    return this.request.to.uri;
  }

  override owns(request: SipRequest): boolean {
    if (this.#state !== 'confirmed') this.#switchTo(this.#earlyDialogs.with(request.fromTag ?? ''));
    return super.owns(request);
  }

  override hasDialogWith(callId: string, remoteTag: string): boolean {
    if (super.hasDialogWith(callId, remoteTag)) return true;
    const isEarly = this.#state !== 'confirmed' && callId === this.callId;
    return isEarly && this.#earlyDialogs.with(remoteTag) !== undefined;
  }

  onResponse(response: SipResponse): void {
    if (response.status < 200) this.#receiveProvisional(response);
    else if (response.status < 300) this.#receiveSuccess(response);
    else if (!this.#isRedirected(response)) this.#take('refusal', { response, end: refusalOf(response) });
  }

  onFailure(error: SipsirenError): void {
    if (this.#isRedirected(undefined)) return;
    const by = error.code === 'TIMEOUT' ? 'timeout' : 'failure';
    this.#take('unreachable', { end: { by, reason: error.message } });
  }

  cancel(): void {
    this.end();
  }

  end(options: { readonly reason?: EndReason } = {}): void {
    const method = this.#state === 'confirmed' ? 'BYE' : 'CANCEL';
    this.#take('end', { reason: options.reason, end: { by: 'local', method } });
  }

  abandon(): void {
    this.#state = 'terminated';
    this.#limit?.cancel();
    this.#invite.abandon();
    this.release();
    this.report({ by: 'local' });
  }

  onNoAck(_answer: InviteAnswer, reason: string): void {
    this.#take('lost', { end: { by: 'timeout', method: 'BYE', reason } });
  }

  get isInviting(): boolean {
    return this.#state !== 'confirmed';
  }

  protected onBye(end: SessionEnd): void {
    this.#take('bye', { end });
  }

  override get fallback(): Target | undefined {
    return this.#invite.target;
  }

  /** Only re-INVITEs of the peer come here, which change nothing in the machine. */
  onAcknowledged(): void {
    this.agent.log.debug('re-INVITE acknowledged', { callId: this.callId });
  }

  protected lose(end: SessionEnd): void {
    this.#take('lost', { end });
  }

  /** What every INVITE of ours says of the extensions that it speaks (RFC 3262 section 4, RFC 4028 section 7.1). */
  #askForExtensions(): void {
    const { supported, reliableProvisional } = this.agent.extensions;
    const { headers } = this.request;
    if (supported !== '') headers.append('Supported', supported);
    if (reliableProvisional === 'required') headers.append('Require', '100rel');
    for (const [name, value] of this.timer.firstLines()) headers.append(name, value);
  }

  #receiveProvisional(response: SipResponse): void {
    if (response.status === 100 || response.toTag === undefined || this.#state === 'confirmed') {
      this.#take('provisional', { response });
      return;
    }
    const kind = this.#pracks.note(response);
    if (kind === 'ignored') return;
    this.#switchTo(this.#earlyDialogs.note(this.#invite.request, response));
    this.#take('provisional', { response });
    if (kind === 'reliable' && this.#state === 'early') this.#acknowledgeProvisional(response);
  }

  /** Requests go to the branch that spoke last. */
  #switchTo(dialog: Dialog | undefined): void {
    if (!dialog || this.dialog?.remoteTag === dialog.remoteTag) return;
    this.#earlyDialogs.keep(this.dialog);
    this.dialog = dialog;
  }

  /** Sends the PRACK; a description that came reliably is our answer, or an offer that the PRACK answers (RFC 3262 section 5). */
  #acknowledgeProvisional(response: SipResponse): void {
    const line = PrackBook.lineFor(response);
    const sdp = sdpOf(response);
    const tag = response.toTag ?? '';
    const isNews = sdp !== undefined && this.#earlyDialogs.describe(tag, response);
    if (!isNews || this.#offer !== undefined) {
      this.transmit('PRACK', { headers: [line] }, NOBODY);
      if (isNews) this.#takeEarlyAnswer(tag);
      return;
    }
    this.negotiation.theyOffer(sdp);
    this.askForAnswer(sdp, response, (answer) => {
      const isTaken = answer.status < 300;
      if (isTaken) this.takeOwnAnswer(answer);
      this.#switchTo(this.#earlyDialogs.with(tag));
      const headers = [...(answer.headers ?? []), line];
      this.transmit('PRACK', isTaken ? { ...answer, headers } : { headers: [line] }, NOBODY);
      if (!isTaken) this.end();
    });
  }

  /** Reports the answer of a branch, unless it was the last one to be reported. */
  #takeEarlyAnswer(tag: string): void {
    const description = this.#earlyDialogs.descriptionOf(tag);
    if (!description || this.#offer === undefined || this.#answeredBy === tag) return;
    this.#answeredBy = tag;
    this.negotiation.weOffer(this.#offer);
    this.takeAnswer(description);
  }

  #receiveSuccess(response: SipResponse): void {
    const tag = response.toTag ?? '';
    const isFirst = this.#state !== 'confirmed' && this.#state !== 'terminated';
    if (isFirst) {
      this.#earlyDialogs.keep(this.dialog);
      const early = this.#earlyDialogs.with(tag);
      const dialog = dialogOfResponse(this.#invite.request, response);
      const { remoteSequence, localSequence } = early ?? dialog;
      this.dialog = { ...dialog, remoteSequence, localSequence };
      this.#take('success', { response });
    } else if (this.dialog?.remoteTag === tag && !this.#strays.has(tag)) {
      this.confirm(this.dialog, response, this.#invite.request, 'nothing');
    } else {
      this.#strays.hangUp(this.#invite.request, response);
    }
  }

  #take(input: OutgoingInviteInput, details: Details): void {
    const next = nextOfOutgoingInvite(this.#state, input);
    if (!next) return;
    this.#state = next.state;
    for (const effect of next.effects) this.#perform(effect, details);
    if (next.state !== 'calling' && next.state !== 'early') this.#limit?.cancel();
    if (next.state === 'withdrawn') this.#invite.giveUp();
    if (next.state === 'terminated') this.release();
  }

  #perform(effect: OutgoingInviteEffect, details: Details): void {
    switch (effect) {
      case 'report-progress': {
        this.#reportProgress(details.response);
        return;
      }
      case 'confirm': {
        this.#confirmFirst(details.response);
        return;
      }
      case 'confirm-and-bye': {
        this.#confirmAndHangUp(details.response);
        return;
      }
      case 'send-cancel': {
        this.#sendCancel(details.reason ?? this.#cancelReason);
        return;
      }
      case 'send-bye': {
        this.transmit('BYE', { headers: reasonLines(details.reason) }, NOBODY);
        return;
      }
      case 'report-local':
        this.#cancelReason = details.reason;
        {
          this.report(details.end ?? { by: 'local' });
          return;
        }
      case 'report-remote':
      case 'report-refusal':
      case 'report-unreachable':
      case 'report-timeout':
      case 'report-lost': {
        this.report(details.end ?? { by: 'failure' });
        return;
      }
    }
  }

  #reportProgress(response: SipResponse | undefined): void {
    if (!response || response.status === 100) return;
    try {
      this.onProgress(response);
    } catch (error) {
      this.agent.reportFault('onProgress', error);
    }
  }

  #confirmFirst(response: SipResponse | undefined): void {
    if (!response || !this.dialog) return;
    this.timer.agree(response);
    this.noteAllow(response);
    try {
      this.onAccept(response);
    } catch (error) {
      this.agent.reportFault('onAccept', error);
    }
    this.confirm(this.dialog, response, this.#invite.request, this.#expectedIn(response.toTag ?? ''));
    this.reportConfirmed();
  }

  /** What a description in the first 2xx of a branch is. One that came reliably before holds (RFC 6337 section 3.1.1). */
  #expectedIn(tag: string): 'answer' | 'offer' | 'nothing' {
    const isKnown = this.#earlyDialogs.descriptionOf(tag) !== undefined;
    if (this.#offer === undefined) return isKnown ? 'nothing' : 'offer';
    if (isKnown) this.#takeEarlyAnswer(tag);
    else this.negotiation.weOffer(this.#offer);
    return isKnown ? 'nothing' : 'answer';
  }

  /** Goes on to another address after a 3xx, or after the failure of one that a 3xx named. */
  #isRedirected(response: SipResponse | undefined): boolean {
    // Section 16.7: a 6xx speaks for all branches.
    if ((this.#state !== 'calling' && this.#state !== 'early') || (response && response.status >= 600))
      return false;
    if (response) this.#redirections.note(response);
    const uri = this.#redirections.next();
    if (!uri) return false;
    this.#take('redirected', {});
    this.dialog = undefined;
    this.#earlyDialogs = new EarlyDialogs();
    const request = redirectedRequest(this.#invite.request, uri, this.#plan.nextSequence());
    const nextHop = request.routes[0]?.uri ?? request.uri;
    this.#invite = new ClientRequest(
      this.agent,
      { ...this.#plan, request, nextHop: hopOf(nextHop, request.uri.scheme === 'sips') },
      this,
    );
    try {
      this.onRedirect(uri, response);
    } catch (error) {
      this.agent.reportFault('onRedirect', error);
    }
    this.#invite.start();
    return true;
  }

  /** The 2xx crossed our CANCEL (section 9.1): the call exists and must be hung up. */
  #confirmAndHangUp(response: SipResponse | undefined): void {
    if (!response || !this.dialog) return;
    this.#strays.hangUp(this.#invite.request, response);
  }

  #sendCancel(reason: EndReason | undefined): void {
    const { transaction } = this.#invite;
    this.#invite.giveUp();
    if (!transaction) return;
    const cancel = cancelOf(this.#invite.request);
    for (const [name, value] of reasonLines(reason)) cancel.headers.append(name, value);
    this.agent.send(cancel, transaction.target, NO_CANCEL_USER);
  }
}

/** What comes of the CANCEL is seen in the final response of its INVITE. */
const NO_CANCEL_USER = {
  onResponse: (): undefined => undefined,
  onTimeout: (): undefined => undefined,
  onTransportError: (): undefined => undefined,
};

function refusalOf(response: SipResponse): SessionEnd {
  const by = response.status === 408 ? 'timeout' : 'failure';
  return { by, status: response.status, reason: response.reason, response };
}
