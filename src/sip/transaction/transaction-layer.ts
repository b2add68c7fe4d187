import { createHmac } from 'node:crypto';
import type { Clock } from '../../base/clock.js';
import { SipsirenError } from '../../base/errors.js';
import { randomToken } from '../../base/ids.js';
import { SipResponse, type SipMessage, type SipRequest } from '../message/index.js';
import type { Flow, Target } from '../transport/flow.js';
import { OPEN_GATE, type Entry, type SourceGate } from '../transport/source-gate.js';
import { TokenBucket } from '../transport/token-bucket.js';
import type { SentRequest, SipTransport } from '../transport/transport.js';
import type { ClientShell } from './client-shell.js';
import { ExpiryWheel } from './expiry-wheel.js';
import { InviteClientShell } from './invite-client-shell.js';
import { InviteServerShell } from './invite-server-shell.js';
import { NonInviteClientShell } from './non-invite-client-shell.js';
import { NonInviteServerShell } from './non-invite-server-shell.js';
import { ownCopy } from './own-copy.js';
import type { ServerFloor, ServerShell } from './server-shell.js';
import { timerDurations } from './timer-durations.js';
import type {
  ClientTransaction,
  ClientTransactionUser,
  ServerTransaction,
  TimerSettings,
  TransactionCounts,
  TransactionUser,
} from './transaction.js';
import type { TransactionFloor } from './transaction-floor.js';
import { isLegacy, mergeKey, serverKey } from './transaction-key.js';
import { DEFAULT_LIMITS, type TransactionLimits } from './transaction-limits.js';

export interface TransactionLayerOptions {
  readonly transport: SipTransport;
  readonly clock: Clock;
  /** Default: RFC 3261 table 4. */
  readonly timers?: Partial<TimerSettings> | undefined;
  readonly limits?: Partial<TransactionLimits> | undefined;
  /** Judges who sends. Default: everybody is let in. */
  readonly gate?: SourceGate | undefined;
  /** From 0 to below 1; spreads Retry-After. Default Math.random. */
  readonly random?: (() => number) | undefined;
  /** Hears of every bug: a transaction user that threw. Default: nobody. */
  readonly onInternalError?: ((error: unknown) => void) | undefined;
}

/** Begins the tags of those who were refused for sending too much. */
const OVERFLOW = 'over-';
/** Of the places for requests at work, how many are kept for sources that are known. */
const KEPT_SHARE = 1 / 4;
/** Refusals whose ACK is waited for; of more than these the oldest is forgotten. */
const MOST_REFUSED = 10_000;
/** What scanners get: whoever is told one of these asked for what there is not, or may not ask. */
const REFUSALS: ReadonlySet<number> = new Set([400, 403, 404, 405, 416, 481, 501]);

/**
 * The transactions of one endpoint (RFC 3261 section 17): finds the transaction of each message, and hands
 * what starts something new to the transaction user.
 */
export class TransactionLayer {
  readonly #transport: SipTransport;
  readonly #limits: TransactionLimits;
  readonly #random: () => number;
  readonly #gate: SourceGate;
  readonly #reportError: (error: unknown) => void;
  readonly #wheel: ExpiryWheel;
  readonly #refusals: TokenBucket;
  readonly #tagSecret = randomToken(32);
  readonly #clientFloor: TransactionFloor<ClientShell>;
  readonly #serverFloor: ServerFloor;
  readonly #clients = new Map<string, ClientShell>();
  readonly #servers = new Map<string, ServerShell>();
  /** The requests outside a dialog by what a second copy over another path has in common (section 8.2.2.2). */
  readonly #originals = new Map<string, ServerShell>();
  /** The tags of refusals whose ACK has not come, each with the address that it went to. */
  readonly #refused = new Map<string, string>();
  readonly #counts = {
    inviteClient: 0,
    inviteServer: 0,
    nonInviteClient: 0,
    nonInviteServer: 0,
    lingering: 0,
    shed: 0,
    turnedAway: 0,
    malformed: 0,
  };
  #user: TransactionUser | undefined;

  constructor(options: TransactionLayerOptions) {
    const { transport, clock } = options;
    this.#transport = transport;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#random = options.random ?? Math.random;
    this.#gate = options.gate ?? OPEN_GATE;
    this.#reportError = options.onInternalError ?? (() => undefined);
    this.#wheel = new ExpiryWheel(clock);
    this.#refusals = new TokenBucket(clock, this.#limits.refusalsPerSecond);
    const ground = {
      clock,
      wheel: this.#wheel,
      durations: timerDurations(options.timers),
      transport,
      onInternalError: this.#reportError,
    };
    this.#clientFloor = { ...ground, onTerminated: (shell) => this.#forgetClient(shell) };
    this.#serverFloor = {
      ...ground,
      onSettled: () => {
        this.#counts.lingering++;
      },
      onTerminated: (shell) => this.#forgetServer(shell),
      onAck: (ack, flow) => this.#user?.onAck(ack, flow),
      onRefused: (response, flow) => this.#noteRefused(response, flow),
    };
  }

  /** What is alive now. */
  get counts(): TransactionCounts {
    return { ...this.#counts };
  }

  /** Starts the transport and hands everything new to `user`. Errors: those of the transport. */
  async start(user: TransactionUser): Promise<void> {
    this.#user = user;
    await this.#transport.start({ onMessage: (message, flow) => this.#onMessage(message, flow) });
  }

  /** Ends every transaction without a word to anybody and closes the transport. Idempotent. */
  async close(): Promise<void> {
    this.#user = undefined;
    for (const shell of this.#clients.values()) shell.close();
    for (const shell of this.#servers.values()) shell.close();
    this.#clients.clear();
    this.#servers.clear();
    this.#originals.clear();
    this.#refused.clear();
    this.#wheel.close();
    Object.assign(this.#counts, { inviteClient: 0, inviteServer: 0, nonInviteClient: 0, nonInviteServer: 0 });
    this.#counts.lingering = 0;
    await this.#transport.close();
  }

  /**
   * Sends a request in a transaction of its own. Its top Via is made here, with a fresh branch; a CANCEL
   * keeps the Via that it has from its INVITE (section 9.1). Error: SIP_STATE for an ACK.
   */
  send(request: SipRequest, target: Target, user: ClientTransactionUser): ClientTransaction {
    const { method } = request;
    if (method === 'ACK') throw new SipsirenError('SIP_STATE', 'An ACK has no transaction; use sendAck.');
    const isCancel = method === 'CANCEL';
    const branch = isCancel ? branchOf(request) : putVia(request, target);
    const key = isCancel ? `${branch} CANCEL` : branch;
    const options = { floor: this.#clientFloor, key, request, target, user };
    const shell = method === 'INVITE' ? new InviteClientShell(options) : new NonInviteClientShell(options);
    const transaction = shell.send();
    this.#clients.set(key, shell);
    this.#counts[shell.isInvite ? 'inviteClient' : 'nonInviteClient']++;
    if (isCancel) this.#clients.get(branch)?.onCancelSent();
    return transaction;
  }

  /**
   * Sends the ACK of a 2xx, which is outside every transaction and has a branch of its own (section
   * 13.2.2.4). What is returned sends it again when the 2xx comes again.
   */
  sendAck(ack: SipRequest, target: Target): SentRequest {
    putVia(ack, target);
    return this.#transport.sendRequest(ack, target, ignoreFailure);
  }

  /** Answers a request that has no transaction; nothing is kept and nothing repeated. */
  respondStatelessly(response: SipResponse, flow: Flow): void {
    this.#transport.sendResponse(response, flow, ignoreFailure);
  }

  /**
   * The INVITE that a CANCEL is for (section 9.2), while it is unanswered: the CANCEL of an answered one
   * changes nothing and is answered here.
   */
  inviteTransactionOf(cancel: SipRequest): ServerTransaction | undefined {
    return this.#servers.get(serverKey(cancel, 'INVITE'))?.transaction;
  }

  /** The wire is hostile: whatever a message does, it stays in here. */
  #onMessage(message: SipMessage, flow: Flow): void {
    if (this.#user === undefined) return;
    try {
      if (message.kind === 'request') this.#onRequest(message, flow, this.#user);
      else this.#onResponse(message, flow, this.#user);
    } catch (error) {
      if (error instanceof SipsirenError && error.family === 'peer') this.#counts.malformed++;
      else this.#reportError(error);
    }
  }

  #onResponse(response: SipResponse, flow: Flow, user: TransactionUser): void {
    const [via, second] = response.vias;
    // A response with a second Via was meant for a proxy in front of us that is not there (section 8.1.3.3).
    if (via === undefined || second !== undefined) {
      this.#counts.malformed++;
      return;
    }
    const branch = via.branch ?? '';
    const { method } = response.cseq;
    const shell = this.#clients.get(method === 'CANCEL' ? `${branch} CANCEL` : branch);
    if (shell?.method !== method) user.onStrayResponse(response, flow);
    else shell.onResponse(response);
  }

  #onRequest(request: SipRequest, flow: Flow, user: TransactionUser): void {
    const { method } = request;
    if (method === 'ACK') {
      this.#onAck(request, flow, user);
      return;
    }
    const key = serverKey(request, method);
    const shell = this.#servers.get(key);
    const entry = this.#entryOf(request, flow, user);
    if (entry !== 'admit') this.#turnAway(request, flow, shell === undefined && entry === 'refuse');
    else if (shell !== undefined) shell.onRetransmission();
    else this.#onNewRequest(request, flow, key, user);
  }

  /**
   * A refusal by a stream has reached whoever asked. By UDP its tag, which nobody else can know (RFC 3261 section 19.3),
   * must come back, be it in an ACK that is not made by the rules.
   */
  #noteRefused({ status, toTag, cseq }: SipResponse, { reliable, remote }: Flow): void {
    if (!REFUSALS.has(status)) return;
    if (reliable) this.#gate.note(remote.address, 'refused');
    else if (cseq.method === 'INVITE' && toTag !== undefined) {
      this.#refused.set(ownCopy(toTag), remote.address);
      if (this.#refused.size > MOST_REFUSED) forgetOldest(this.#refused);
    }
  }

  #noteAck({ toTag }: SipRequest, { remote }: Flow): void {
    if (toTag === undefined || this.#refused.get(toTag) !== remote.address) return;
    this.#refused.delete(toTag);
    this.#gate.note(remote.address, 'refused');
  }

  #onAck(ack: SipRequest, flow: Flow, user: TransactionUser): void {
    this.#noteAck(ack, flow);
    const shell = this.#servers.get(serverKey(ack, 'INVITE'));
    // Without a unique branch, only our To tag tells the ACK of this response from another one (section 17.2.3).
    if (shell === undefined || (isLegacy(ack) && shell.localTag !== ack.toTag)) {
      if (this.#isForOverflow(ack, flow)) this.#gate.note(flow.remote.address, 'overflow');
      else user.onAck(ack, flow);
    } else shell.onAck(ack, flow);
  }

  #onNewRequest(request: SipRequest, flow: Flow, key: string, user: TransactionUser): void {
    if (!this.#admits(request, flow)) {
      this.#shed(request, flow, this.#statelessTag(key));
      return;
    }
    const isCancel = request.method === 'CANCEL';
    const invite = isCancel ? this.#servers.get(serverKey(request, 'INVITE')) : undefined;
    // Somebody who was not worth an answer gets none by cancelling either.
    if (invite?.isDropped === true) return;
    const twinKey = isCancel || request.toTag !== undefined ? undefined : mergeKey(request);
    const twin = twinKey === undefined ? undefined : this.#originals.get(twinKey);
    if (twin?.isDropped === true) return;
    const isMerged = twin !== undefined;
    const shell = this.#createServer(request, flow, key, isMerged ? undefined : twinKey);
    const transaction = shell.transaction;
    if (transaction === undefined) return;
    if (isMerged) transaction.respond(ownResponse(request, 482));
    // The CANCEL of an INVITE with a final response has no effect, and its answer the same tag (section 9.2).
    else if (invite?.isFinal === true) transaction.respond(ownResponse(request, 200, invite.localTag));
    else this.#handOver(transaction, user);
    shell.awaitAnswer();
  }

  #createServer(request: SipRequest, flow: Flow, key: string, twinKey: string | undefined): ServerShell {
    const options = {
      floor: this.#serverFloor,
      key: ownCopy(key),
      mergeKey: twinKey === undefined ? undefined : ownCopy(twinKey),
      request,
      flow,
    };
    const shell =
      request.method === 'INVITE' ? new InviteServerShell(options) : new NonInviteServerShell(options);
    this.#servers.set(key, shell);
    if (twinKey !== undefined) this.#originals.set(twinKey, shell);
    this.#counts[shell.isInvite ? 'inviteServer' : 'nonInviteServer']++;
    return shell;
  }

  /** A transaction user that throws is our bug, not the caller's: the caller hears of it with a 500. */
  #handOver(transaction: ServerTransaction, user: TransactionUser): void {
    try {
      user.onRequest(transaction);
    } catch (error) {
      this.#reportError(error);
      if (!transaction.isCompleted) transaction.respond(ownResponse(transaction.request, 500));
    }
  }

  /** What belongs to a call, or takes back one that rings, always gets in: its tags and branches are nobody's to guess. */
  #entryOf(request: SipRequest, flow: Flow, user: TransactionUser): Entry {
    if (request.method === 'CANCEL' ? this.#cancels(request) : user.isWithinDialog(request)) return 'admit';
    return this.#gate.admitsRequest(flow.remote.address, flow.reliable);
  }

  #cancels(cancel: SipRequest): boolean {
    return this.#servers.has(serverKey(cancel, 'INVITE'));
  }

  /**
   * Of the requests that came by UDP only an INVITE is refused in words: the sender has to repeat our tag in its ACK,
   * which proves that it was the one who sent too much. Other requests come again by themselves.
   */
  #turnAway(request: SipRequest, flow: Flow, isRefused: boolean): void {
    this.#counts.turnedAway++;
    if (!isRefused || (!flow.reliable && request.method !== 'INVITE')) return;
    this.#shed(request, flow, this.#overflowTag(request, flow));
  }

  /** Without the branch, which scanners change in their ACK. */
  #overflowTag(request: SipRequest, flow: Flow): string {
    return `${OVERFLOW}${this.#statelessTag(`${request.callId} ${flow.remote.address}`)}`;
  }

  /** Whether an ACK is for the 503 of somebody who sent too much, and came from where that went. */
  #isForOverflow(ack: SipRequest, flow: Flow): boolean {
    return ack.toTag?.startsWith(OVERFLOW) === true && ack.toTag === this.#overflowTag(ack, flow);
  }

  /** Without memory, the tag must follow from the request, so that a retransmission gets the same (section 8.2.7). */
  #statelessTag(of: string): string {
    return createHmac('sha256', this.#tagSecret).update(of).digest('hex').slice(0, 16);
  }

  /** The last quarter of the places is kept for those who were here before. */
  #hasPlace(working: number, { remote }: Flow): boolean {
    const { server } = this.#limits;
    if (working < server * (1 - KEPT_SHARE)) return true;
    return working < server && this.#gate.isKnown(remote.address);
  }

  #admits(request: SipRequest, flow: Flow): boolean {
    const { lingering, inviteServer, nonInviteServer } = this.#counts;
    const working = inviteServer + nonInviteServer - lingering;
    const limits = this.#limits;
    if (this.#hasPlace(working, flow) && lingering < limits.lingering) return true;
    const belongsToCall =
      request.method === 'BYE' || request.method === 'CANCEL' || request.toTag !== undefined;
    return belongsToCall && working < limits.inDialog && lingering < 2 * limits.lingering;
  }

  /** Refuses without keeping anything; when even that is too much, drops (RFC 3261 section 21.5.4). */
  #shed(request: SipRequest, flow: Flow, toTag: string): void {
    this.#counts.shed++;
    if (!this.#refusals.take()) return;
    const retryAfter = String(1 + Math.floor(this.#random() * 10));
    this.respondStatelessly(
      SipResponse.to(request, 503, { toTag, headers: [['Retry-After', retryAfter]] }),
      flow,
    );
  }

  #forgetClient(shell: ClientShell): void {
    this.#clients.delete(shell.key);
    this.#counts[shell.isInvite ? 'inviteClient' : 'nonInviteClient']--;
  }

  #forgetServer(shell: ServerShell): void {
    this.#servers.delete(shell.key);
    if (shell.mergeKey !== undefined) this.#originals.delete(shell.mergeKey);
    this.#counts[shell.isInvite ? 'inviteServer' : 'nonInviteServer']--;
    this.#counts.lingering--;
  }
}

function forgetOldest(entries: Map<string, unknown>): void {
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
}

/** What cannot be delivered outside a transaction is lost, like any datagram. */
function ignoreFailure(): void {
  return undefined;
}

/** A response that the layer gives by itself; outside a dialog it gets a tag like any other (section 8.2.6.2). */
function ownResponse(request: SipRequest, status: number, toTag = randomToken()): SipResponse {
  return SipResponse.to(request, status, { toTag });
}

function branchOf(cancel: SipRequest): string {
  const branch = cancel.topVia.branch;
  if (branch === undefined) throw new SipsirenError('SIP_STATE', 'The CANCEL does not name its INVITE.');
  return branch;
}

/** Gives a request its Via; the transport fills in who sent it. Returns the branch, unguessable so that nobody answers blindly. */
function putVia(request: SipRequest, target: Target): string {
  const branch = `z9hG4bK${randomToken()}`;
  request.setTopVia({ transport: target.protocol, host: 'invalid', branch, rport: true });
  return branch;
}
