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
import { requestInDialog } from '../dialog/request-in-dialog.js';
import { cancelOf, type SipRequest, type SipResponse, type Uri } from '../message/index.js';
import type { Target } from '../transport/flow.js';
import { ClientRequest, type ClientRequestUser } from './client-request.js';
import type { InviteAnswer } from './invite-answer.js';
import { InviteSession } from './invite-session.js';
import type { OutgoingInvite } from './outgoing-invite.js';
import type { OutgoingInviteOptions } from './outgoing-options.js';
import type { OwnContact } from './own-contact.js';
import type { PreparedRequest } from './prepared-request.js';
import { reasonLines } from './reason.js';
import { RequestSteps } from './request-steps.js';
import type { SentAck } from './sent-ack.js';
import type { EndReason, SessionEnd, SessionState } from './session.js';
import type { UserAgentPort } from './user-agent-port.js';

/** What an input brings along for its effects. */
type Details = {
  readonly response?: SipResponse;
  readonly end?: SessionEnd;
  readonly reason?: EndReason | undefined;
};

/** How long a call rings by default before it is taken back. */
const RINGING_LIMIT = minutes(3);

const NOBODY: ClientRequestUser = { onResponse: () => undefined, onFailure: () => undefined };
const NO_ANSWER: SessionEnd = { by: 'timeout', method: 'CANCEL', reason: 'Nobody answered the call.' };

/** The shell of the outgoing INVITE machine. */
export class OutgoingSession extends InviteSession implements OutgoingInvite, ClientRequestUser {
  readonly direction = 'outgoing';
  onProgress: (response: SipResponse) => void = () => undefined;
  onAccept: (response: SipResponse) => void = () => undefined;
  readonly #invite: ClientRequest;
  readonly #offered: boolean;
  protected readonly contact: OwnContact;
  #state: OutgoingInviteState = 'calling';
  #limit: Timer | undefined;
  /** The dialogs of other branches of a fork that were answered too late, and the ACKs that they got. */
  #strayAcks: Map<string, SentAck> | undefined;
  /** Early dialogs of forks, by the peer's tag; the one that spoke last is `dialog`. */
  #earlyDialogs: Map<string, Dialog> | undefined;
  #cancelReason: EndReason | undefined;

  constructor(
    agent: UserAgentPort,
    prepared: PreparedRequest,
    options: OutgoingInviteOptions,
    limit: Duration | undefined,
  ) {
    super({ agent, request: prepared.request, localTag: prepared.localTag, flow: undefined });
    this.#offered = options.body !== undefined;
    this.contact = prepared.contact;
    this.credentials = options.credentials;
    let sequence = prepared.request.cseq.sequence;
    const { onStep } = options;
    const plan = {
      ...prepared.plan,
      nextSequence: () => (sequence += 1),
      steps: onStep && new RequestSteps(agent, 'INVITE', onStep),
    };
    this.#invite = new ClientRequest(agent, plan, this);
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
    const early = this.#earlyDialogs?.get(request.fromTag ?? '');
    if (early && this.#state !== 'confirmed') this.dialog = early;
    return super.owns(request);
  }

  onResponse(response: SipResponse): void {
    if (response.status < 200) this.#receiveProvisional(response);
    else if (response.status < 300) this.#receiveSuccess(response);
    else this.#take('refusal', { response, end: refusalOf(response) });
  }

  onFailure(error: SipsirenError): void {
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

  protected get isInviting(): boolean {
    return this.#state !== 'confirmed';
  }

  protected onBye(end: SessionEnd): void {
    this.#take('bye', { end });
  }

  protected override get fallback(): Target | undefined {
    return this.#invite.target;
  }

  /** Only re-INVITEs of the peer come here, which change nothing in the machine. */
  onAcknowledged(): void {
    this.agent.log.debug('re-INVITE acknowledged', { callId: this.callId });
  }

  protected lose(end: SessionEnd): void {
    this.#take('lost', { end });
  }

  #receiveProvisional(response: SipResponse): void {
    if (response.toTag !== undefined && response.status > 100)
      this.#noteEarlyDialog(response, response.toTag);
    this.#take('provisional', { response });
  }

  /** Section 12.1: each branch of a fork that answers provisionally makes an early dialog of its own. */
  #noteEarlyDialog(response: SipResponse, tag: string): void {
    if (this.#state === 'confirmed' || this.#earlyDialogs?.has(tag) === true) return;
    const dialog = dialogOfResponse(this.#invite.request, response);
    this.#earlyDialogs ??= new Map();
    this.#earlyDialogs.set(tag, dialog);
    this.dialog = dialog;
  }

  #receiveSuccess(response: SipResponse): void {
    const tag = response.toTag ?? '';
    const isFirst = this.#state !== 'confirmed' && this.#state !== 'terminated';
    if (isFirst) {
      const early = this.#earlyDialogs?.get(tag);
      const dialog = dialogOfResponse(this.#invite.request, response);
      this.dialog = early ? { ...dialog, remoteSequence: early.remoteSequence } : dialog;
      this.#earlyDialogs = undefined;
      this.#take('success', { response });
    } else if (this.dialog?.remoteTag === tag && this.#strayAcks?.has(tag) !== true) {
      this.confirm(this.dialog, response, this.#invite.request, this.#offered);
    } else {
      this.#hangUpStray(response, tag);
    }
  }

  /** A second branch of a fork was answered too: acknowledged, and hung up (section 13.2.2.4). */
  #hangUpStray(response: SipResponse, tag: string): void {
    const known = this.#strayAcks?.get(tag);
    if (known) {
      known.resend();
      return;
    }
    const dialog = dialogOfResponse(this.#invite.request, response);
    this.#strayAcks ??= new Map();
    this.#strayAcks.set(tag, this.acknowledge(dialog, this.#invite.request, {}));
    const sequence = dialog.localSequence + 1;
    const routed = requestInDialog(dialog, { method: 'BYE', sequence });
    const { credentials } = this;
    let last = sequence;
    const plan = {
      ...routed,
      credentials,
      fallback: this.fallback,
      contact: undefined,
      nextSequence: () => (last += 1),
    };
    new ClientRequest(this.agent, plan, NOBODY).start();
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
    try {
      this.onAccept(response);
    } catch (error) {
      this.agent.reportFault('onAccept', error);
    }
    this.confirm(this.dialog, response, this.#invite.request, this.#offered);
    this.reportConfirmed();
  }

  /** The 2xx crossed our CANCEL (section 9.1): the call exists and must be hung up. */
  #confirmAndHangUp(response: SipResponse | undefined): void {
    if (!response || !this.dialog) return;
    this.#hangUpStray(response, this.dialog.remoteTag);
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
