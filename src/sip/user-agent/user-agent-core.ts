import type { Clock } from '../../base/clock.js';
import { messageOf, SipsirenError } from '../../base/errors.js';
import { randomToken } from '../../base/ids.js';
import type { Log } from '../../base/log.js';
import { readLeniently, replacesField, SipResponse, type SipRequest } from '../message/index.js';
import type { EventPackage } from '../subscription/event-package.js';
import type { TransactionLayer } from '../transaction/transaction-layer.js';
import type {
  ClientTransaction,
  ClientTransactionUser,
  ServerTransaction,
  TimerSettings,
  TransactionUser,
} from '../transaction/transaction.js';
import type { Flow, Target, TransportProtocol } from '../transport/flow.js';
import type { FlowKeeping } from '../transport/keep-flow.js';
import type { SourceGate } from '../transport/source-gate.js';
import type { SentRequest, SipTransport } from '../transport/transport.js';
import { CallerCheck } from './caller-check.js';
import { bodyOf, type HeaderLines } from './content.js';
import type { Extensions } from './extensions.js';
import type { IncomingInvite } from './incoming-invite.js';
import type { IncomingRequest } from './incoming-request.js';
import { IncomingSession } from './incoming-session.js';
import type { IncomingSubscription } from './incoming-subscription.js';
import { ACCEPTED_CONTENT, inspectRequest } from './inspection.js';
import { InviteAnswer } from './invite-answer.js';
import { OWN_METHODS, refusalOf } from './methods.js';
import type { NextHops } from './next-hops.js';
import type { OwnContact } from './own-contact.js';
import type { PublicAddresses } from './public-addresses.js';
import { ReceivedRequest } from './received-request.js';
import type { Screen, Screening } from './screening.js';
import type { SessionReply } from './session.js';
import { ServerSubscription } from './server-subscription.js';
import type { SharedFlows } from './shared-flows.js';
import { inspectSubscribe } from './subscribe-inspection.js';
import type { DialogOwner, Pending, Reply, UserAgentPort } from './user-agent-port.js';

/** Who takes what comes in outside every dialog. */
interface UserAgentHandlers {
  readonly onInvite: (call: IncomingInvite) => void;
  readonly screen: Screen;
  readonly onRequest: (request: IncomingRequest) => void | Promise<void>;
  readonly onSubscribe: (subscription: IncomingSubscription) => void;
}

/** What the core stands on. */
export type UserAgentParts = {
  readonly clock: Clock;
  readonly log: Log;
  readonly timers: TimerSettings;
  readonly transport: SipTransport;
  readonly transactions: TransactionLayer;
  readonly nextHops: NextHops;
  readonly publicAddresses: PublicAddresses;
  readonly flows: SharedFlows;
  readonly gate: SourceGate;
  readonly handlers: UserAgentHandlers;
  readonly name: string;
  readonly extensions: Extensions;
  /** Methods that `onRequest` answers besides OPTIONS. */
  readonly methods: readonly string[];
  /** Types of body that `onRequest` takes. */
  readonly accept: readonly string[];
  /** What can be subscribed to, by name. */
  readonly eventPackages: ReadonlyMap<string, EventPackage>;
  /** How many incoming sessions there may be. */
  readonly sessionLimit: number;
  /** How many subscriptions there may be. */
  readonly subscriptionLimit: number;
};

/** What has happened since start, and what is alive. */
export type UserAgentCounts = {
  /** Sessions that are not over, in both directions. */
  readonly sessions: number;
  /** Subscriptions to us that are not over. */
  readonly subscriptions: number;
  /** Requests of ours without a final response. */
  readonly requests: number;
  /** INVITEs and SUBSCRIBEs refused because of a limit of ours. */
  readonly refused: number;
  /** Handlers that threw. */
  readonly faults: number;
};

/**
 * The transaction user of RFC 3261 (section 8.2): inspects what comes in, finds its dialog or hands it to the
 * layer above, and gives sessions and requests what they need.
 */
export class UserAgentCore implements TransactionUser, UserAgentPort {
  readonly clock: Clock;
  readonly log: Log;
  readonly timers: TimerSettings;
  readonly nextHops: NextHops;
  readonly callers: CallerCheck;
  extensions: Extensions;
  /** How many incoming sessions there may be. */
  sessionLimit: number;
  readonly publicAddresses: PublicAddresses;
  readonly allow: string;
  readonly name: string;
  readonly #parts: UserAgentParts;
  readonly #owners = new Map<string, DialogOwner>();
  readonly #pending = new Set<Pending>();
  #sessions = 0;
  #refused = 0;
  #faults = 0;
  #isClosing = false;
  #onIdle: (() => void) | undefined;

  constructor(parts: UserAgentParts) {
    this.#parts = parts;
    this.clock = parts.clock;
    this.log = parts.log;
    this.timers = parts.timers;
    this.nextHops = parts.nextHops;
    this.publicAddresses = parts.publicAddresses;
    this.extensions = parts.extensions;
    this.sessionLimit = parts.sessionLimit;
    this.callers = new CallerCheck(parts.clock);
    this.name = parts.name;
    const subscribe = parts.eventPackages.size > 0 ? ['SUBSCRIBE'] : [];
    this.allow = [...OWN_METHODS, ...parts.methods, ...subscribe].join(', ');
  }

  get capabilities(): HeaderLines {
    const [[, content], ...others] = ACCEPTED_CONTENT;
    return [
      ['Allow', this.allow],
      ['Supported', this.extensions.supported],
      ['Accept', [content, ...this.#parts.accept].join(', ')],
      ...others,
      ...(this.#parts.eventPackages.size > 0 ? [['Allow-Events', this.#allowedEvents] as const] : []),
    ];
  }

  get counts(): UserAgentCounts {
    return {
      sessions: this.#sessions,
      subscriptions: this.#owners.size - this.#sessions,
      requests: this.#pending.size,
      refused: this.#refused,
      faults: this.#faults,
    };
  }

  onRequest(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (request.method === 'CANCEL') {
      this.#receiveCancel(transaction);
      return;
    }
    const tag = request.toTag;
    if (tag === undefined) {
      this.#receiveOutsideDialog(transaction);
      return;
    }
    const owner = this.#owners.get(tag);
    if (owner?.owns(request) === true) {
      owner.receive(transaction);
      return;
    }
    this.#unlessTurnedAway(transaction, () => this.#respond(transaction, { status: 481 }));
  }

  isWithinDialog(request: SipRequest): boolean {
    const tag = request.toTag;
    return tag !== undefined && this.#owners.get(tag)?.owns(request) === true;
  }

  onAck(ack: SipRequest, flow: Flow): void {
    const owner = this.#owners.get(ack.toTag ?? '');
    if (owner?.owns(ack) !== true) return;
    this.#parts.gate.note(flow.remote.address, 'called');
    owner.receiveAck(ack);
  }

  onStrayResponse(response: SipResponse, _flow: Flow): void {
    this.log.debug('A response belongs to no request of ours', {
      status: response.status,
      callId: response.callId,
    });
  }

  send(request: SipRequest, target: Target, user: ClientTransactionUser): ClientTransaction {
    return this.#parts.transactions.send(request, target, user);
  }

  sendAck(ack: SipRequest, target: Target): SentRequest {
    return this.#parts.transactions.sendAck(ack, target);
  }

  makeResponse(request: SipRequest, reply: Reply): SipResponse {
    const { content } = reply;
    refuseLineBreak(content?.reason);
    const body = content && bodyOf(content);
    const response = SipResponse.to(request, reply.status, {
      reason: content?.reason,
      toTag: reply.localTag ?? randomToken(),
      copyRecordRoute: reply.inDialog === true,
      ...(body === undefined ? {} : { body }),
    });
    const { headers } = response;
    if (reply.contact !== undefined) headers.append('Contact', reply.contact);
    if (reply.inDialog === true || reply.status === 405) headers.append('Allow', this.allow);
    if (reply.inDialog === true && this.extensions.supported !== '') {
      headers.append('Supported', this.extensions.supported);
    }
    headers.append('Server', this.name);
    if (content?.headers) for (const [name, value] of content.headers) headers.append(name, value);
    if (body !== undefined) headers.append('Content-Type', content?.contentType ?? 'application/sdp');
    return response;
  }

  contactFor(target: Target, contact: OwnContact): string {
    const { user, parameters, isSecure = false, headerParameters = '', former } = contact;
    const local = this.publicAddresses.forContact(target) ?? this.#parts.transport.localAddressFor(target);
    const host = local.address.includes(':') ? `[${local.address}]` : local.address;
    const uri = `<${isSecure ? 'sips' : 'sip'}:${user === undefined ? '' : `${user}@`}${host}:${local.port}${transportParameter(target.protocol, isSecure)}${parameters}>`;
    const removed = former === undefined || former === uri ? '' : `, ${former};expires=0`;
    return uri + headerParameters + removed;
  }

  keepFlow(target: Target, keeping: FlowKeeping): { close(): void } {
    return this.#parts.flows.keep(target, keeping);
  }

  remember(owner: DialogOwner): void {
    if (owner.usage === 'invite' && !this.#owners.has(owner.localTag)) this.#sessions += 1;
    this.#owners.set(owner.localTag, owner);
    if (owner.source !== undefined) this.#parts.gate.sessionBegan(owner.source);
  }

  forget(owner: DialogOwner): void {
    if (!this.#owners.delete(owner.localTag)) return;
    if (owner.usage === 'invite') this.#sessions -= 1;
    if (owner.source !== undefined) this.#parts.gate.sessionEnded(owner.source);
    this.#noteIdle();
  }

  begin(pending: Pending): void {
    this.#pending.add(pending);
  }

  finish(pending: Pending): void {
    if (this.#pending.delete(pending)) this.#noteIdle();
  }

  reportFault(where: string, error: unknown): void {
    this.#faults += 1;
    this.log.error(`The handler ${where} failed`, { reason: messageOf(error), error });
  }

  /** Ends every session politely and refuses new ones; `onIdle` is called once nothing is under way any more. */
  endAll(onIdle: () => void): void {
    this.#isClosing = true;
    this.#onIdle = onIdle;
    for (const owner of [...this.#owners.values()]) owner.end();
    this.#noteIdle();
  }

  /** Ends at once, silently, what is still under way. */
  abandonAll(): void {
    this.#onIdle = undefined;
    for (const owner of [...this.#owners.values()]) owner.abandon();
    for (const pending of [...this.#pending]) pending.abandon();
  }

  #noteIdle(): void {
    if (this.#onIdle && this.#owners.size === 0 && this.#pending.size === 0) this.#onIdle();
  }

  /** Section 9.2: the CANCEL itself is answered 200, its INVITE by the session. */
  #receiveCancel(cancel: ServerTransaction): void {
    const user = this.#parts.transactions.inviteTransactionOf(cancel.request)?.user;
    if (user instanceof InviteAnswer) user.onCancel(cancel);
    else this.#unlessTurnedAway(cancel, () => this.#respond(cancel, { status: 481 }));
  }

  /** Section 8.2.1: the method comes first. */
  #receiveOutsideDialog(transaction: ServerTransaction): void {
    const { method, headers } = transaction.request;
    const isOthers = this.#parts.methods.includes(method);
    const isSubscribe = method === 'SUBSCRIBE' && this.#parts.eventPackages.size > 0;
    const isKnown = method === 'INVITE' || method === 'OPTIONS' || isOthers || isSubscribe;
    const refusal = isKnown
      ? inspectRequest(transaction, this.extensions, this.#parts.transport)
      : { status: refusalOf(method) };
    const isReplacing = method === 'INVITE' && headers.has('Replaces');
    // A call is admitted by the layer above, which must see it; so is what else it has asked for.
    if (!refusal && method === 'INVITE' && !isReplacing) {
      this.#receiveInvite(transaction);
      return;
    }
    if (!refusal && isSubscribe) {
      this.#receiveSubscribe(transaction);
      return;
    }
    if (!refusal && isOthers) {
      this.#handOver(new ReceivedRequest(this, transaction));
      return;
    }
    this.#unlessTurnedAway(transaction, () => {
      if (refusal) this.#respond(transaction, refusal);
      else if (isReplacing) this.#refuseReplacing(transaction);
      else this.#handOver(new ReceivedRequest(this, transaction));
    });
  }

  /** Answers a request that opens no session only where the layer above lets its sender in. */
  #unlessTurnedAway(transaction: ServerTransaction, answer: () => void): void {
    switch (this.#screened(transaction)) {
      case 'admit':
        answer();
        return;
      case 'refuse': {
        this.#respond(transaction, { status: 403 });
        return;
      }
      case 'ignore':
        transaction.drop();
        return;
    }
  }

  /** A screen that fails lets nobody in. */
  #screened({ request, flow }: ServerTransaction): Screening {
    try {
      return this.#parts.handlers.screen(request, flow);
    } catch (error) {
      this.reportFault('screen', error);
      return 'refuse';
    }
  }

  /** RFC 3891: no call of ours is taken over by another, whoever asks; one that is named runs on. */
  #refuseReplacing(transaction: ServerTransaction): void {
    const replaces = readLeniently(transaction.request, replacesField);
    if (!replaces) {
      this.#respond(transaction, { status: 400, reason: 'Bad Request (Replaces is malformed)' });
      return;
    }
    const owner = this.#owners.get(replaces.toTag);
    const isKnown = owner?.hasDialogWith(replaces.callId, replaces.fromTag) === true;
    this.#respond(transaction, { status: isKnown ? 603 : 481 });
  }

  #receiveInvite(transaction: ServerTransaction): void {
    if (this.#isClosing || this.#sessions >= this.sessionLimit) {
      this.#refused += 1;
      const pause = String(1 + Math.floor(Math.random() * 10));
      this.#respond(transaction, { status: 503, headers: [['Retry-After', pause]] });
      return;
    }
    const session = new IncomingSession(this, transaction, randomToken());
    const refusal = session.timer.refusalOf(transaction.request);
    if (refusal) {
      if (this.#screened(transaction) === 'ignore') session.drop();
      else session.reject(refusal.status, refusal);
      return;
    }
    try {
      this.#parts.handlers.onInvite(session);
    } catch (error) {
      this.reportFault('onInvite', error);
      session.reject(500);
      session.end();
    }
  }

  #receiveSubscribe(transaction: ServerTransaction): void {
    const inspect = (request: SipRequest) => inspectSubscribe(request, this.#parts.eventPackages);
    const inspection = inspect(transaction.request);
    const count = this.#owners.size - this.#sessions;
    const isFull = this.#isClosing || count >= this.#parts.subscriptionLimit;
    if (!inspection.ok || isFull) {
      if (inspection.ok) this.#refused += 1;
      const refusal = inspection.ok ? NO_ROOM : inspection.refusal;
      this.#unlessTurnedAway(transaction, () => this.#respond(transaction, refusal));
      return;
    }
    const options = { localTag: randomToken(), wanted: inspection.wanted, inspect };
    const subscription = new ServerSubscription(this, transaction, options);
    try {
      this.#parts.handlers.onSubscribe(subscription);
    } catch (error) {
      this.reportFault('onSubscribe', error);
      subscription.reject(500);
    }
  }

  get #allowedEvents(): string {
    return [...this.#parts.eventPackages.keys()].join(', ');
  }

  #handOver(received: ReceivedRequest): void {
    try {
      const done = this.#parts.handlers.onRequest(received);
      if (!(done instanceof Promise)) {
        this.#answerByDefault(received);
        return;
      }
      done.then(
        () => this.#answerByDefault(received),
        (error: unknown) => this.#answerFault(received, error),
      );
    } catch (error) {
      this.#answerFault(received, error);
    }
  }

  #answerByDefault(received: ReceivedRequest): void {
    if (received.isAnswered) return;
    received.respond(received.request.method === 'OPTIONS' ? 200 : 405);
  }

  #answerFault(received: ReceivedRequest, error: unknown): void {
    this.reportFault('onRequest', error);
    if (!received.isAnswered) received.respond(500);
  }

  #respond(transaction: ServerTransaction, reply: SessionReply): void {
    const { status } = reply;
    transaction.respond(this.makeResponse(transaction.request, { status, content: reply }));
  }
}

/** Not 503, which would keep calls back, too, that come by the same server (RFC 3261 section 21.5.4). */
const NO_ROOM: SessionReply = { status: 480, headers: [['Retry-After', '60']] };

/** A SIPS URI says TLS by its scheme; `transport=tls` beside it is deprecated (RFC 5630 section 5.1.1.1). */
function transportParameter(protocol: TransportProtocol, isSecure: boolean): string {
  if (protocol === 'udp') return '';
  // In a URI both kinds of WebSocket are `ws` (RFC 7118 section 5.3).
  if (!isSecure) return `;transport=${protocol === 'wss' ? 'ws' : protocol}`;
  return protocol === 'tls' ? '' : ';transport=ws';
}

/** A line break in a reason phrase would let whoever chose it write headers of their own. */
function refuseLineBreak(reason: string | undefined): void {
  if (reason === undefined || (!reason.includes('\n') && !reason.includes('\r'))) return;
  throw new SipsirenError('INVALID_VALUE', 'A reason phrase must not hold a line break.', { path: 'reason' });
}
