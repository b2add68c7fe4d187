import type { Timer } from '../../base/clock.js';
import { seconds } from '../../base/duration.js';
import { messageOf, SipsirenError } from '../../base/errors.js';
import type { CredentialSource } from '../auth/credential-source.js';
import { dialogOfRequest, withRemoteSequence, withRemoteTarget } from '../dialog/dialog.js';
import {
  isSipUri,
  readLeniently,
  retryAfterField,
  uriEquals,
  type SipRequest,
  type SipResponse,
} from '../message/index.js';
import type { EventPackage } from '../subscription/event-package.js';
import {
  NEW_SUBSCRIPTION,
  nextOfSubscription,
  type SubscriptionEffect,
  type SubscriptionInput,
  type SubscriptionState,
} from '../subscription/subscription-machine.js';
import { subscriptionState, type Standing, type TerminationReason } from '../subscription/termination.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import type { Flow, Target } from '../transport/flow.js';
import { callerVerdictOf, type CallerSecret, type CallerVerdict } from './caller-check.js';
import type { MessageContent, ResponseContent } from './content.js';
import { defaultReply } from './default-reply.js';
import { DialogSender, type DialogSenderOwner } from './dialog-sender.js';
import type { IncomingSubscription, SubscriptionEnd } from './incoming-subscription.js';
import type { OwnContact } from './own-contact.js';
import { asksForSecureContact } from './secure-hop.js';
import type { SessionReply } from './session.js';
import type { SubscribeInspection, Wanted } from './subscribe-inspection.js';
import { targetOfFlow, wayBackBy } from './target-of-flow.js';
import type { DialogOwner, Pending, UserAgentPort } from './user-agent-port.js';

/** The endpoint closes: the subscriber shall come back when it is there again. In seconds. */
const COME_BACK_AFTER = 10;
/** A subscriber that asks for its NOTIFY later than this is not waited for. In seconds. */
const LONGEST_DEFERRAL = 60;
/**
 * Anybody can write any address on a datagram, and any into a Contact. Who has never answered a NOTIFY there is sent it three
 * times instead of eleven, so that nobody is flooded through us (RFC 6665 section 6.3).
 */
const PATIENCE_WITH_STRANGERS = seconds(3);

/** The shell of the subscription machine: a subscription at the notifier (RFC 6665 section 4.2). */
export class ServerSubscription implements IncomingSubscription, DialogOwner, DialogSenderOwner {
  readonly usage = 'subscription';
  readonly localTag: string;
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly eventPackage: EventPackage;
  readonly contact: OwnContact;
  readonly tls = undefined;
  credentials: CredentialSource | undefined;
  onEnd: (end: SubscriptionEnd) => void = () => undefined;
  onReached: () => void = () => undefined;
  onRefresh: (request: SipRequest, flow: Flow) => boolean = () => true;
  readonly #agent: UserAgentPort;
  readonly #transaction: ServerTransaction;
  readonly #event: string;
  readonly #inspect: (request: SipRequest) => SubscribeInspection;
  readonly #sender: DialogSender;
  #state: SubscriptionState = NEW_SUBSCRIPTION;
  #body: (version: number) => string = () => '';
  #version = 0;
  #seconds: number;
  #expiresAt = 0;
  #expiry: Timer | undefined;
  #rest: Timer | undefined;
  /** Whether the subscriber is where NOTIFYs go. */
  #isReached = false;
  #patience: Timer | undefined;
  /** How long the next pause lasts where the subscriber says so, in seconds. */
  #deferral: number | undefined;
  #last: Standing = { state: 'terminated', reason: 'timeout' };
  #end: SubscriptionEnd = { by: 'local', reason: 'it was ended here' };

  constructor(
    agent: UserAgentPort,
    transaction: ServerTransaction,
    options: {
      readonly localTag: string;
      readonly wanted: Wanted;
      readonly inspect: (request: SipRequest) => SubscribeInspection;
    },
  ) {
    const { request, flow } = transaction;
    const { localTag, wanted, inspect } = options;
    this.#agent = agent;
    this.#transaction = transaction;
    this.localTag = localTag;
    this.request = request;
    this.flow = flow;
    this.eventPackage = wanted.eventPackage;
    this.#event = wanted.event;
    this.#seconds = wanted.seconds;
    this.#inspect = inspect;
    const isSecure = (flow.protocol === 'tls' || flow.protocol === 'wss') && asksForSecureContact(request);
    this.contact = { user: isSipUri(request.uri) ? request.uri.user : undefined, parameters: '', isSecure };
    this.#sender = new DialogSender(agent, this, request);
    this.#sender.dialog = dialogOfRequest(request, localTag);
  }

  get id(): string {
    return this.localTag;
  }

  get isFetch(): boolean {
    return this.#seconds === 0;
  }

  get fallback(): Target | undefined {
    return wayBackBy(this.flow);
  }

  authenticate(caller: CallerSecret): CallerVerdict {
    const verdict = this.#agent.callers.check(this.request, this.flow.remote.address, caller);
    if (!verdict.ok) this.reject(401, { headers: verdict.challenge });
    return callerVerdictOf(verdict);
  }

  accept(body: (version: number) => string): void {
    if (this.#transaction.isCompleted) return;
    this.#body = body;
    this.#agent.remember(this);
    this.#grant(this.#transaction);
    if (this.isFetch) this.#finish({ by: 'remote', reason: 'only its state was asked for' });
    else this.#take('subscribe');
  }

  reject(status: number, content: ResponseContent = {}): void {
    if (status >= 300) this.#respond(this.#transaction, { status, ...content });
  }

  drop(): void {
    this.#transaction.drop();
  }

  changed(): void {
    this.#take('change');
  }

  terminate(reason: TerminationReason): void {
    this.#last = { state: 'terminated', reason };
    this.#finish({ by: 'local', reason });
  }

  owns(request: SipRequest): boolean {
    return this.hasDialogWith(request.callId, request.fromTag ?? '');
  }

  hasDialogWith(callId: string, remoteTag: string): boolean {
    const { dialog } = this.#sender;
    return dialog?.callId === callId && dialog.remoteTag === remoteTag;
  }

  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const dialog = this.#sender.dialog && withRemoteSequence(this.#sender.dialog, request.cseq.sequence);
    if (!dialog) return this.#respond(transaction, { status: 500, reason: 'CSeq Out Of Order' });
    this.#sender.dialog = dialog;
    if (request.method === 'SUBSCRIBE') return this.#receiveSubscribe(transaction);
    // There is no call in this dialog.
    const isOfCalls = request.method === 'INVITE' || request.method === 'BYE';
    this.#respond(transaction, isOfCalls ? { status: 481 } : defaultReply(request));
  }

  /** There is no INVITE in this dialog whose 2xx could be acknowledged. */
  receiveAck(): void {
    this.#agent.log.debug('An ACK belongs to no INVITE', { callId: this.request.callId });
  }

  end(): void {
    this.#last = { state: 'terminated', reason: 'probation', retryAfter: COME_BACK_AFTER };
    this.#finish({ by: 'local', reason: 'the endpoint closes' });
  }

  abandon(): void {
    this.#perform('stop-timers');
    this.#agent.forget(this);
    if (this.#state.phase === 'active') this.#perform('report');
    this.#state = { ...NEW_SUBSCRIPTION, phase: 'terminated' };
  }

  /** A refresh, or with `Expires: 0` the end (RFC 6665 section 4.1.2.2). */
  #receiveSubscribe(transaction: ServerTransaction): void {
    const inspection = this.#inspect(transaction.request);
    if (!inspection.ok) return this.#respond(transaction, inspection.refusal);
    if (this.#state.phase !== 'active' || inspection.wanted.event !== this.#event) {
      return this.#respond(transaction, { status: 481 });
    }
    if (!this.#isRefreshTaken(transaction)) {
      this.#respond(transaction, { status: 403 });
      this.terminate('rejected');
      return;
    }
    this.#moveTo(transaction.request);
    this.#seconds = inspection.wanted.seconds;
    this.#grant(transaction);
    if (this.isFetch) this.#finish({ by: 'remote', reason: 'unsubscribed' });
    else this.#take('subscribe');
  }

  /** A refresh may name another place, where somebody else may be. */
  #moveTo(request: SipRequest): void {
    const { dialog } = this.#sender;
    if (!dialog) return;
    const moved = withRemoteTarget(dialog, request);
    if (!uriEquals(moved.remoteTarget, dialog.remoteTarget)) this.#isReached = false;
    this.#sender.dialog = moved;
  }

  /** A layer above that fails lets nobody stay. */
  #isRefreshTaken({ request, flow }: ServerTransaction): boolean {
    try {
      return this.onRefresh(request, flow);
    } catch (error) {
      this.#agent.reportFault('onRefresh', error);
      return false;
    }
  }

  #finish(end: SubscriptionEnd): void {
    this.#end = end;
    this.#take('terminate');
  }

  #take(input: SubscriptionInput): void {
    const { state, effects } = nextOfSubscription(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: SubscriptionEffect): void {
    switch (effect) {
      case 'start-expiry':
        return this.#startExpiry();
      case 'notify':
        return this.#notify({ state: 'active', seconds: this.#secondsLeft });
      case 'start-rest':
        return this.#startRest();
      case 'stop-timers':
        this.#expiry?.cancel();
        this.#rest?.cancel();
        this.#patience?.cancel();
        return;
      case 'notify-last':
        return this.#notify(this.#last);
      case 'report':
        return this.#report();
      case 'release':
        return this.#agent.forget(this);
    }
  }

  get #secondsLeft(): number {
    return Math.max(0, Math.ceil((this.#expiresAt - this.#agent.clock.now()) / 1_000));
  }

  #startExpiry(): void {
    const { clock } = this.#agent;
    this.#expiry?.cancel();
    this.#expiresAt = clock.now() + this.#seconds * 1_000;
    this.#expiry = clock.startTimer('subscription expiry', seconds(this.#seconds), () => {
      this.#last = { state: 'terminated', reason: 'timeout' };
      this.#finish({ by: 'timeout', reason: 'it was not refreshed' });
    });
  }

  #startRest(): void {
    this.#rest?.cancel();
    const pause = this.#deferral === undefined ? this.eventPackage.pause : seconds(this.#deferral);
    this.#deferral = undefined;
    this.#rest = this.#agent.clock.startTimer('subscription pause', pause, () => this.#take('rested'));
  }

  #notify(standing: Standing): void {
    const isLast = standing.state === 'terminated';
    const content = {
      headers: [
        ['Event', this.#event],
        ['Subscription-State', subscriptionState(standing)],
      ] as const,
      ...this.#bodyNow(),
    };
    const sent = this.#sender.send('NOTIFY', content, {
      onResponse: (response) => {
        if (response.status >= 200) this.#reach();
        // What becomes of an older NOTIFY counts no longer once the last one is on its way.
        if (response.status >= 200 && isLast === this.#isLeaving) this.#takeAnswer(response);
      },
      onFailure: (error) => {
        this.#patience?.cancel();
        if (isLast === this.#isLeaving) this.#lose(error);
      },
    });
    if (sent && !this.#isReached) this.#waitForStranger(sent);
  }

  #waitForStranger(sent: Pending): void {
    const { clock } = this.#agent;
    this.#patience?.cancel();
    this.#patience = clock.startTimer('subscriber unheard of', PATIENCE_WITH_STRANGERS, () => {
      sent.abandon();
      this.#lose(new SipsirenError('TIMEOUT', 'nobody has answered where its NOTIFYs go'));
    });
  }

  /** Only whom the NOTIFY reached can answer it. */
  #reach(): void {
    this.#patience?.cancel();
    if (this.#isReached) return;
    this.#isReached = true;
    try {
      this.onReached();
    } catch (error) {
      this.#agent.reportFault('onReached', error);
    }
  }

  get #isLeaving(): boolean {
    return this.#state.phase === 'leaving';
  }

  /** The layer above may fail; the subscriber is then told of its subscription alone. */
  #bodyNow(): MessageContent {
    try {
      return { body: this.#body(this.#version++), contentType: this.eventPackage.contentType };
    } catch (error) {
      this.#agent.reportFault('of the body of a NOTIFY', error);
      return {};
    }
  }

  /**
   * RFC 6665 section 4.2.2: a 481 ends the subscription, and so does every other refusal but one that says when to come
   * back.
   */
  #takeAnswer(response: SipResponse): void {
    if (response.status < 300) return this.#take('told');
    const retry = response.status === 481 ? undefined : readLeniently(response, retryAfterField)?.seconds;
    if (retry !== undefined && retry > 0 && retry <= LONGEST_DEFERRAL) {
      this.#deferral = retry;
      return this.#take('deferred');
    }
    this.#end = { by: 'failure', reason: `a NOTIFY got ${response.status} ${response.reason}` };
    this.#take('lost');
  }

  #lose(error: SipsirenError): void {
    this.#end = { by: error.code === 'TIMEOUT' ? 'timeout' : 'failure', reason: messageOf(error) };
    this.#take('lost');
  }

  #report(): void {
    try {
      this.onEnd(this.#end);
    } catch (error) {
      this.#agent.reportFault('onEnd', error);
    }
  }

  /** The 200, which says for how long (RFC 6665 section 4.2.1.1). */
  #grant(transaction: ServerTransaction): void {
    const contact = this.#agent.contactFor(targetOfFlow(transaction.flow), this.contact);
    this.#respond(transaction, { status: 200, headers: [['Expires', String(this.#seconds)]] }, contact);
  }

  #respond(transaction: ServerTransaction, reply: SessionReply, contact?: string): void {
    const { localTag } = this;
    const response = this.#agent.makeResponse(transaction.request, {
      ...{ status: reply.status, localTag, content: reply, contact },
      inDialog: contact !== undefined,
    });
    transaction.respond(response);
  }
}
