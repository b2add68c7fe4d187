import { isIP } from 'node:net';
import type { Clock } from '../base/clock.js';
import { seconds } from '../base/duration.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import { randomToken, type AccountId, type CallId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { Mutable } from '../base/mutable.js';
import type { EventBus } from '../events/event-bus.js';
import type { MediaSession, MediaSessionOptions } from '../media/media-session.js';
import { confirmationTone } from '../media/tone-source.js';
import type { Account } from './account.js';
import { isSipUri, parseUri, type SipUri } from '../sip/message/index.js';
import { AccountDirectory } from './account-directory.js';
import { admit, type AdmissionDecision } from './admission.js';
import { Call, type CallFacts } from './call.js';
import { CallEngines, needsOtherEngine, type CallEngine, type CallEnginesOptions } from './call-engines.js';
import { IncomingLeg, OutgoingLeg, type CallLeg } from './call-leg.js';
import type { CallStatus } from './call-status.js';
import { withoutParameters } from './called-address.js';
import { CALL_LIMITS } from './limits.js';
import { Registrations, toSignalingAccount } from './registrations.js';
import type { IncomingSignalingCall, RegistrationReport, Signaling } from './signaling.js';
import type { SipSettings } from './sip-settings.js';

export interface CallsOptions extends Pick<CallEnginesOptions, 'createSignaling' | 'createMedia'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly settings: SipSettings;
  readonly accounts: readonly Account[];
}

export interface PlaceCallOptions {
  /** The address to call: `sip:1001@127.0.0.1`. */
  readonly to: string;
  /** The account to call from. Default: the default account. */
  readonly account?: AccountId;
  /** Called when media flow, instead of the confirmation tone. */
  readonly onMedia?: (media: MediaSession) => void;
}

/** Every call of the device: who may call, which account takes it, what is in progress and what was. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #log: Log;
  readonly #calls = new Map<CallId, Call>();
  readonly #registrations: Registrations;
  /** Over, newest last. */
  #history: CallStatus[] = [];
  #settings: SipSettings;
  #directory: AccountDirectory;
  readonly #engines: CallEngines;
  #count = 0;

  constructor(options: CallsOptions) {
    this.#options = options;
    this.#log = options.log.room('calls');
    this.#settings = options.settings;
    this.#directory = new AccountDirectory(options.accounts);
    this.#registrations = new Registrations({
      log: this.#log,
      publish: (event) => options.bus.publish(event),
    });
    this.#engines = new CallEngines({
      log: this.#log,
      createSignaling: options.createSignaling,
      createMedia: options.createMedia,
      onIncomingCall: (incoming, engine) => this.#receive(incoming, engine),
    });
  }

  /** Opens the ports where SIP is enabled, and registers. Errors: ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE. */
  async start(): Promise<void> {
    if (!this.#settings.enabled) return;
    await this.#engines.start(this.#settings);
    this.#registerAll();
  }

  /** Ends every call, unregisters and closes every port. Idempotent. */
  async close(): Promise<void> {
    this.#hangUpAll('the device stops');
    await this.#registrations.stopAll();
    await this.#engines.close();
  }

  /** Calls in progress, newest first. */
  list(): readonly CallStatus[] {
    return [...this.#calls.values()].reverse().map((call) => call.status());
  }

  /** Calls that are over, and calls that were refused, newest first. */
  history(): readonly CallStatus[] {
    return [...this.#history].reverse();
  }

  get listening(): Signaling['listening'] {
    return this.#engines.current?.signaling.listening ?? [];
  }

  registrationOf(account: AccountId): RegistrationReport {
    return this.#registrations.of(account);
  }

  /** Registers again now, instead of when it is due. Throws NOT_FOUND. */
  refreshRegistration(id: AccountId): void {
    if (!this.#directory.get(id)) throw new SipsirenError('NOT_FOUND', `There is no account ${id}.`);
    this.#registrations.refresh(id);
  }

  async place(options: PlaceCallOptions): Promise<CallId> {
    const engine = this.#engines.current;
    if (!engine)
      throw new SipsirenError('SIP_DISABLED', 'SIP is turned off; enable it in the SIP settings first.');
    const account = this.#accountToCallFrom(options.account);
    const { host } = sipAddress(options.to);
    const media = await engine.media.createSession(this.#mediaOptions(engine, host));
    const facts: CallFacts = {
      callId: this.#nextId('Out'),
      direction: 'Outgoing',
      account: account.id,
      localUri: ownAddress(account, engine.signaling.localAddressFor(host)),
      remoteUri: withoutParameters(options.to),
    };
    const leg = new OutgoingLeg();
    const call = this.#createCall(facts, leg, engine, options.onMedia);
    const offer = media.createOffer();
    call.attachMedia(media, offer);
    call.step({ kind: 'dial' });
    try {
      leg.call = engine.signaling.placeCall({
        account: toSignalingAccount(account),
        from: facts.localUri,
        to: options.to,
        offer,
        user: call,
      });
    } catch (error) {
      call.step({ kind: 'end', end: { by: 'failure', reason: messageOf(error) } });
      throw error;
    }
    return facts.callId;
  }

  /** Answers a call that rings. */
  answer(callId: CallId): void {
    this.#find(callId).step({ kind: 'answer' });
  }

  end(callId: CallId): void {
    this.#find(callId).hangUp('hung up by hand');
  }

  sendDtmf(callId: CallId, digits: string): Promise<void> {
    return this.#find(callId).sendDtmf(digits);
  }

  /**
   * Takes new settings; the same ones again change nothing. Another port gets a new engine first, and calls in
   * progress stay on the old one until they end. Throws ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE or CONFLICT, and
   * then goes on with the old settings.
   */
  async applySettings(next: SipSettings): Promise<void> {
    const previous = this.#settings;
    if (next.enabled && (!this.#engines.current || needsOtherEngine(previous, next))) {
      await this.#registrations.stopAll();
      try {
        await this.#engines.replace(previous, next);
        this.#settings = next;
      } finally {
        this.#registerAll();
      }
      return;
    }
    this.#settings = next;
    if (next.rtpStartPort !== previous.rtpStartPort) {
      this.#engines.current?.media.reconfigure({ firstPort: next.rtpStartPort });
    }
    if (!next.enabled && this.#engines.current) {
      await this.#registrations.stopAll();
      this.#hangUpAll('SIP was turned off');
      this.#engines.retire();
    } else if (next.registerEverySeconds !== previous.registerEverySeconds) {
      await this.#registrations.stopAll();
      this.#registerAll();
    }
  }

  /** Takes a new list of accounts: registers what is new or changed, unregisters what is gone. */
  async applyAccounts(accounts: readonly Account[]): Promise<void> {
    const previous = this.#directory;
    this.#directory = new AccountDirectory(accounts);
    const changed = accounts.filter((account) => !sameAccount(previous.get(account.id), account));
    const gone = previous.all.filter((account) => this.#directory.get(account.id) === undefined);
    await Promise.all([...changed, ...gone].map((account) => this.#registrations.stop(account.id)));
    for (const account of changed) this.#register(account);
  }

  #hangUpAll(detail: string): void {
    for (const call of [...this.#calls.values()]) call.hangUp(detail);
  }

  #registerAll(): void {
    for (const account of this.#directory.all) this.#register(account);
  }

  #register(account: Account): void {
    const engine = this.#engines.current;
    if (!engine || !account.active || account.mode !== 'registered') return;
    this.#registrations.start(account, engine.signaling, this.#settings.registerEverySeconds);
  }

  #receive(incoming: IncomingSignalingCall, engine: CallEngine): void {
    const account = this.#directory.accountFor(incoming.invitation);
    const decision = admit(incoming.invitation, {
      settings: this.#settings,
      account,
      callsInProgress: this.#calls.size,
    });
    if (decision.admitted) {
      this.#take(incoming, decision, engine);
    } else {
      this.#refuse(incoming, account, decision);
    }
  }

  #refuse(
    incoming: IncomingSignalingCall,
    account: Account | undefined,
    decision: Extract<AdmissionDecision, { admitted: false }>,
  ): void {
    const { invitation } = incoming;
    this.#log.warn(`refused a call: ${decision.detail}`, {
      source: `${invitation.sourceAddress}:${invitation.sourcePort}`,
      from: invitation.fromUri,
      to: invitation.requestUri,
      status: decision.status,
    });
    if (decision.refusal === 'tooManyCalls') {
      incoming.reject(decision.status, { retryAfterSeconds: 1 + (this.#count++ % 5) });
      return;
    }
    const facts = incomingFacts(invitation, {
      callId: this.#nextId('In'),
      account: account?.id ?? ('' as AccountId),
      localUri: withoutParameters(invitation.requestUri),
      remoteUri: withoutParameters(invitation.fromUri),
    });
    const call = this.#createCall(facts, new IncomingLeg(incoming), undefined);
    call.step({ kind: 'deny', status: decision.status, detail: decision.detail });
  }

  #take(
    incoming: IncomingSignalingCall,
    decision: Extract<AdmissionDecision, { admitted: true }>,
    engine: CallEngine,
  ): void {
    const facts = incomingFacts(incoming.invitation, {
      callId: this.#nextId('In'),
      account: decision.account.id,
      localUri: decision.called.uri,
      localUriSource: decision.called.source,
      remoteUri: decision.remoteUri,
    });
    const call = this.#createCall(facts, new IncomingLeg(incoming), engine);
    incoming.user = call;
    const session = engine.media.createSession(this.#mediaOptions(engine, incoming.invitation.sourceAddress));
    if (session instanceof Promise) {
      session.then(
        (media) => this.#prepare(call, incoming, media, decision.account),
        (error: unknown) => call.step({ kind: 'fail', status: 503, detail: messageOf(error) }),
      );
    } else {
      this.#prepare(call, incoming, session, decision.account);
    }
  }

  /** Media are there: agrees on the session and answers, or lets it ring. */
  #prepare(call: Call, incoming: IncomingSignalingCall, media: MediaSession, account: Account): void {
    if (call.isOver) {
      media.close();
      return;
    }
    try {
      call.attachMedia(
        media,
        incoming.offer === undefined ? media.createOffer() : media.answer(incoming.offer),
      );
    } catch (error) {
      media.close();
      const status = error instanceof SipsirenError && error.code === 'MEDIA_SYNTAX' ? 400 : 488;
      call.step({ kind: 'fail', status, detail: messageOf(error) });
      return;
    }
    call.step({ kind: account.answerAutomatically ? 'answer' : 'ring' });
  }

  #createCall(
    facts: CallFacts,
    leg: CallLeg,
    engine: CallEngine | undefined,
    onMedia: (media: MediaSession) => void = playConfirmation,
  ): Call {
    const call = new Call({
      facts,
      leg,
      clock: this.#options.clock,
      callingTimeout: seconds(this.#settings.callingTimeoutSeconds),
      publish: (event) => this.#options.bus.publish(event),
      onMediaStarted: onMedia,
      onReleased: () => this.#release(call, engine),
    });
    this.#calls.set(facts.callId, call);
    engine?.calls.add(call);
    return call;
  }

  #release(call: Call, engine: CallEngine | undefined): void {
    this.#calls.delete(call.facts.callId);
    const status = call.status();
    this.#history.push(status);
    const { callId, direction, localUri, remoteUri, reason, detail } = status;
    this.#log.info('a call is over', { callId, direction, localUri, remoteUri, reason, detail });
    if (this.#history.length >= 2 * CALL_LIMITS.rememberedCalls) {
      this.#history = this.#history.slice(-CALL_LIMITS.rememberedCalls);
    }
    if (engine) this.#engines.release(engine, call);
  }

  #mediaOptions(engine: CallEngine, peerHost: string): MediaSessionOptions {
    const options: Mutable<MediaSessionOptions> = {
      advertisedAddress: engine.signaling.localAddressFor(peerHost),
      codecs: this.#settings.audioCodecs,
      dtmfPayloadType: this.#settings.dtmfPayloadType,
      direction: 'sendrecv',
    };
    if (isIP(peerHost) !== 0) options.peerAddress = peerHost;
    return options;
  }

  #accountToCallFrom(id: AccountId | undefined): Account {
    const account = id === undefined ? this.#directory.default : this.#directory.get(id);
    if (!account) {
      throw new SipsirenError('NOT_FOUND', `There is no account ${id ?? 'that is the default and active'}.`);
    }
    if (!account.active) throw new SipsirenError('CONFLICT', `The account ${account.id} is not active.`);
    return account;
  }

  #find(callId: CallId): Call {
    const call = this.#calls.get(callId);
    if (!call) throw new SipsirenError('NOT_FOUND', `There is no call ${callId} in progress.`);
    return call;
  }

  #nextId(prefix: 'In' | 'Out'): CallId {
    return `${prefix}-${++this.#count}-${randomToken(6)}` as CallId;
  }
}

function incomingFacts(
  { sourceAddress, sourcePort, displayName }: IncomingSignalingCall['invitation'],
  known: Omit<CallFacts, 'direction' | 'source' | 'remoteName'>,
): CallFacts {
  const { callId, account, localUri, localUriSource, remoteUri } = known;
  const source = `${sourceAddress}:${sourcePort}`;
  const facts: Mutable<CallFacts> = { callId, direction: 'Incoming', account, localUri, remoteUri, source };
  if (localUriSource !== undefined) facts.localUriSource = localUriSource;
  if (displayName !== undefined) facts.remoteName = displayName;
  return facts;
}

function playConfirmation(media: MediaSession): void {
  media.play(confirmationTone());
}

/** The address to call. Throws where it is none, before anything is reported of the call. */
function sipAddress(to: string): SipUri {
  try {
    const uri = parseUri(to);
    if (isSipUri(uri)) return uri;
  } catch {
    // The message below says it better than the parser.
  }
  throw new SipsirenError('INVALID_VALUE', `"${to}" is not a SIP address.`, {
    path: 'to',
    accepted: 'an address such as sip:1001@192.168.0.90',
  });
}

/** Who calls: the account at its domain, or, without one, at the address that faces the peer. */
function ownAddress(account: Account, localAddress: string): string {
  const host =
    account.domain || account.registrar || (localAddress.includes(':') ? `[${localAddress}]` : localAddress);
  return `sip:${account.userId || 'sipsiren'}@${host}`;
}

function sameAccount(a: Account | undefined, b: Account): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
