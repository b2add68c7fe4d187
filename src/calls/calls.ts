import type { Clock } from '../base/clock.js';
import type { Unsubscribe } from '../base/emitter.js';
import { SipsirenError } from '../base/errors.js';
import type { AccountId, CallId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { DeviceEventType } from '../events/device-event.js';
import type { CallRecording } from '../media/call-recorder.js';
import type { EventBus } from '../events/event-bus.js';
import type { DnsPort } from '../sip/resolver/dns-port.js';
import { SystemDns } from '../sip/resolver/system-dns.js';
import type { AccessGuard } from './access-list-guard.js';
import type { Account } from './account.js';
import type { PlaySources } from './call-play.js';
import { AccountDirectory } from './account-directory.js';
import type { Call } from './call.js';
import { CallEngines, type CallEnginesOptions } from './call-engines.js';
import { CallFactory, type CallSetup } from './call-factory.js';
import type { KeyMethod } from './call-keys.js';
import { CallLedger } from './call-ledger.js';
import type { CallStatus } from './call-status.js';
import { CallerAdmission } from './caller-admission.js';
import { DtmfSequences } from './dtmf-sequences.js';
import { dtmfSchema } from './dtmf-settings.js';
import { IncomingCalls } from './incoming-calls.js';
import type { LampSource } from './lamps/lamp-source.js';
import { Lamps, type LampSubscription } from './lamps/lamps.js';
import { IncomingMessages } from './messages/incoming-messages.js';
import { MessageList, type MessageStatus } from './messages/message-list.js';
import { OutgoingMessages, type SendMessageOptions, type SentMessage } from './messages/outgoing-messages.js';
import { CALL_LIMITS } from './limits.js';
import { OutgoingCalls, type PlaceCallOptions } from './outgoing-calls.js';
import { needsOtherRegistrations, Registrations } from './registrations.js';
import type { RegistrationReport, Signaling, SignalingConfiguration, WebSocketUpgrade } from './signaling.js';
import { NO_CERTIFICATES, toSignalingAccount, type CertificateSource } from './signaling-account.js';
import type { SipSettings } from './sip-settings.js';
import type { TestCallReport } from './test-call-report.js';
import type { SourceGuard } from './source-guard/source-guard.js';
import { TestCalls, type TestCallWish } from './test-calls.js';
import { TrustedServers } from './trusted-servers.js';

export interface CallsOptions extends Pick<CallEnginesOptions, 'createSignaling' | 'createMedia'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly settings: SipSettings;
  readonly accounts: readonly Account[];
  /** Certificates by their ids. Default: none, which leaves the TLS port closed. */
  readonly certificates?: CertificateSource;
  /** Where the names of the accounts' servers are looked up. Default: the system's resolver. */
  readonly dns?: DnsPort;
  /** The access list. Default: none, which lets everybody call. */
  readonly access?: Pick<AccessGuard, 'refusalOf' | 'decide' | 'isSilent'>;
  /** Blocks sources that guess passwords. Default: nobody does. */
  readonly guard?: Pick<SourceGuard, 'protect' | 'noteWrongPassword' | 'noteRightPassword'>;
  /** What calls of ours can play beyond the manual's sounds. Default: nothing. */
  readonly plays?: PlaySources;
  /** Knows whether the alarm of an extension is on, for those that watch it. Default: there are no alarms. */
  readonly lamps?: LampSource;
  /** The DTMF sequences. Default: none. */
  readonly dtmf?: DtmfSequences;
}

/** After these a lamp may be otherwise than it was. */
const LAMP_EVENTS: ReadonlySet<DeviceEventType> = new Set<DeviceEventType>([
  'activity',
  'call.state',
  'configuration',
]);

/** Every call of the device: what is in progress, what was, and how settings and accounts are taken over. */
export class Calls {
  readonly #ledger: CallLedger;
  readonly #engines: CallEngines;
  readonly #registrations: Registrations;
  readonly #incoming: IncomingCalls;
  readonly #outgoing: OutgoingCalls;
  readonly #tests: TestCalls;
  readonly #messages = new MessageList();
  readonly #messagesIn: IncomingMessages;
  readonly #messagesOut: OutgoingMessages;
  readonly #lamps: Lamps;
  readonly #unsubscribe: Unsubscribe;
  readonly #trust: TrustedServers;
  /** Under way. */
  #recordings = 0;
  #settings: SipSettings;
  #certificates: CertificateSource;
  #directory: AccountDirectory;

  constructor(options: CallsOptions) {
    const { clock, bus, createSignaling, createMedia } = options;
    const log = options.log.room('calls');
    const publish = bus.publish.bind(bus);
    this.#settings = options.settings;
    this.#certificates = options.certificates ?? NO_CERTIFICATES;
    this.#directory = new AccountDirectory(options.accounts);
    this.#registrations = new Registrations({ log, publish });
    this.#engines = new CallEngines({
      log,
      createSignaling,
      createMedia,
      onIncomingCall: (incoming, engine) => this.#incoming.receive(incoming, engine),
      handlers: {
        onMessage: (message) => this.#messagesIn.receive(message),
        onSubscription: (subscription) => this.#lamps.receive(subscription),
        standing: (invitation) => this.#incoming.standing(invitation),
        screen: (sender) => this.#incoming.screen(sender),
      },
    });
    const ledger = new CallLedger(log);
    this.#ledger = ledger;
    const engines = this.#engines;
    const setup = this.#setup();
    const dtmf = options.dtmf ?? new DtmfSequences(dtmfSchema.parse({}));
    this.#trust = new TrustedServers({ dns: options.dns ?? new SystemDns(), clock, log });
    const factory = new CallFactory({
      clock,
      log,
      setup,
      ledger,
      engines,
      dtmf,
      trust: this.#trust,
      publish,
      onMessage: (content, call) => this.#messagesIn.receiveInCall(call, content),
    });
    this.#trust.setBlocks(options.settings.trustedServers);
    this.#trust.setAccounts(options.accounts);
    const { access, guard } = options;
    guard?.protect((address) => this.#trust.isServer(address));
    const admission = new CallerAdmission({ setup, trust: this.#trust, access, guard });
    this.#incoming = new IncomingCalls({
      ...{ log, setup, ledger, factory, trust: this.#trust, access, admission },
    });
    const describe = (account: Account) => toSignalingAccount(account, this.#certificates);
    this.#outgoing = new OutgoingCalls({
      ...{ log, setup, ledger, factory, engines, describe },
      sources: options.plays ?? {},
    });
    const list = this.#messages;
    this.#messagesIn = new IncomingMessages({
      ...{ clock, log, setup, admission, trust: this.#trust, list, publish },
    });
    this.#messagesOut = new OutgoingMessages({ clock, setup, engines, list, describe, publish });
    this.#lamps = new Lamps({
      ...{ clock, log, setup, ledger, admission, trust: this.#trust, source: options.lamps },
    });
    this.#unsubscribe = bus.subscribe(({ event }) => {
      if (LAMP_EVENTS.has(event.type)) this.#lamps.refresh();
    });
    this.#tests = new TestCalls({ clock, setup, factory, engines, describe });
  }

  /** Opens the ports where SIP is enabled, and registers. Errors: ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE. */
  async start(): Promise<void> {
    if (!this.#settings.enabled) return;
    await this.#engines.start(this.#configuration(this.#settings));
    this.#registerAll();
  }

  /** Ends every call, unregisters and closes every port. Idempotent. */
  async close(): Promise<void> {
    this.#trust.close();
    this.#unsubscribe();
    this.#lamps.close();
    this.#hangUpAll('the device stops');
    await this.#registrations.stopAll();
    await this.#engines.close();
  }

  /** Calls in progress, newest first. */
  list(): readonly CallStatus[] {
    return this.#ledger.list();
  }

  /** Calls that are over, and calls that were refused, newest first. */
  history(): readonly CallStatus[] {
    return this.#ledger.history();
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

  /** Calls an address. Throws as `OutgoingCalls.place`. */
  place(options: PlaceCallOptions): Promise<CallId> {
    return this.#outgoing.place(options);
  }

  /** Tries an account out. Throws as `TestCalls.run`. */
  testCall(wish: TestCallWish): Promise<TestCallReport> {
    return this.#tests.run(wish);
  }

  /** Sends a text by SIP MESSAGE, and tells what became of it. Throws as `OutgoingMessages.send`. */
  sendMessage(message: SendMessageOptions): Promise<SentMessage> {
    return this.#messagesOut.send(message);
  }

  /** The last messages, received and sent, newest first. */
  messages(): readonly MessageStatus[] {
    return this.#messages.list();
  }

  /** Who watches which extension. */
  lamps(): readonly LampSubscription[] {
    return this.#lamps.list();
  }

  /** What the other side of a call says, for those who listen, and what it is to hear; undefined where there is no audio. Throws NOT_FOUND. */
  voiceOf(callId: CallId): Call['voice'] {
    return this.#ledger.find(callId).voice;
  }

  /** Answers a call that rings. */
  answer(callId: CallId): void {
    this.#ledger.find(callId).step({ kind: 'answer' });
  }

  /** Ends a call in whatever state it is. Throws NOT_FOUND. */
  end(callId: CallId, detail = 'hung up by hand'): void {
    this.#ledger.find(callId).hangUp(detail);
  }

  /**
   * Records a call until it ends, or for so many seconds. Throws NOT_FOUND, LIMIT_REACHED, since recordings are kept in
   * memory until then, and as `Call.record`.
   */
  async record(callId: CallId, seconds: number): Promise<CallRecording> {
    const call = this.#ledger.find(callId);
    if (this.#recordings >= CALL_LIMITS.recordings) {
      throw new SipsirenError(
        'LIMIT_REACHED',
        `${CALL_LIMITS.recordings} calls are being recorded, which is the limit.`,
      );
    }
    this.#recordings++;
    try {
      return await call.record(seconds);
    } finally {
      this.#recordings--;
    }
  }

  /** Sends keys to the other side; by default in the first way that it accepts. Throws NOT_FOUND, and as `pressKeys`. */
  async sendDtmf(callId: CallId, digits: string, method?: KeyMethod): Promise<void> {
    await this.#ledger.find(callId).sendDtmf(digits, method);
  }

  /**
   * Takes new settings; the same ones again change nothing. Another port gets a new engine first, and calls in
   * progress stay on the old one until they end. Throws ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, INVALID_VALUE or
   * CONFLICT, and then goes on with the old settings.
   */
  async applySettings(next: SipSettings): Promise<void> {
    const previous = this.#settings;
    if (!next.enabled) await this.#turnOff();
    else if (this.#engines.current && !needsOtherEngine(previous, next)) {
      await this.#changeUnderCalls(previous, next);
    } else {
      await this.#registrations.stopAll();
      try {
        await this.#engines.change(this.#configuration(previous), this.#configuration(next));
        this.#settings = next;
      } finally {
        this.#registerAll();
      }
    }
    this.#settings = next;
    this.#trust.setBlocks(next.trustedServers);
  }

  /**
   * Takes other certificates: for the TLS port, and for the accounts that connect by TLS. Throws INVALID_VALUE, and
   * goes on with the old ones.
   */
  async applyCertificates(certificates: CertificateSource): Promise<void> {
    const before = this.#certificates;
    const previous = this.#configuration(this.#settings);
    this.#certificates = certificates;
    if (!this.#engines.current) return;
    try {
      await this.#engines.change(previous, this.#configuration(this.#settings));
    } catch (error) {
      this.#certificates = before;
      throw error;
    }
    const changed = this.#directory.all.filter(
      (account) =>
        account.transport === 'tls' &&
        !isSame(toSignalingAccount(account, before), toSignalingAccount(account, certificates)),
    );
    await Promise.all(changed.map((account) => this.#registrations.stop(account.id)));
    for (const account of changed) this.#register(account);
  }

  /** Takes a browser's phone in (RFC 7118), where that is wanted. */
  acceptWebSocket(upgrade: WebSocketUpgrade): void {
    const signaling = this.#settings.webSocket ? this.#engines.current?.signaling : undefined;
    if (signaling) signaling.acceptWebSocket(upgrade);
    else upgrade.socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  }

  /** Takes a new list of accounts: registers what is new or changed, unregisters what is gone. */
  async applyAccounts(accounts: readonly Account[]): Promise<void> {
    const previous = this.#directory;
    this.#directory = new AccountDirectory(accounts);
    this.#trust.setAccounts(accounts);
    const changed = accounts.filter((account) => !isSame(previous.get(account.id), account));
    const gone = previous.all.filter((account) => this.#directory.get(account.id) === undefined);
    await Promise.all([...changed, ...gone].map((account) => this.#registrations.stop(account.id)));
    for (const account of changed) this.#register(account);
  }

  /** A view of what is set, always the newest. */
  #setup(): CallSetup {
    const settings = () => this.#settings;
    const directory = () => this.#directory;
    return {
      get settings() {
        return settings();
      },
      get directory() {
        return directory();
      },
    };
  }

  #configuration(settings: SipSettings): SignalingConfiguration {
    const pair = this.#certificates.pair(settings.tlsCertificate);
    const { authorities } = this.#certificates;
    return { settings, identity: pair && { ...pair, authorities } };
  }

  async #changeUnderCalls(previous: SipSettings, next: SipSettings): Promise<void> {
    // A call that begins meanwhile follows the new settings already.
    this.#settings = next;
    try {
      await this.#engines.change(this.#configuration(previous), this.#configuration(next));
    } catch (error) {
      this.#settings = previous;
      throw error;
    }
    if (needsOtherRegistrations(previous, next) || hasOtherContact(previous, next)) {
      await this.#registrations.stopAll();
      this.#registerAll();
    }
  }

  async #turnOff(): Promise<void> {
    if (!this.#engines.current) return;
    await this.#registrations.stopAll();
    this.#hangUpAll('SIP was turned off');
    this.#engines.retire();
  }

  #hangUpAll(detail: string): void {
    for (const call of this.#ledger.inProgress) call.hangUp(detail);
  }

  #registerAll(): void {
    for (const account of this.#directory.all) this.#register(account);
  }

  #register(account: Account): void {
    const engine = this.#engines.current;
    if (!engine || !account.active || account.mode !== 'registered') return;
    this.#registrations.start({
      account,
      described: toSignalingAccount(account, this.#certificates),
      signaling: engine.signaling,
      settings: this.#settings,
    });
  }
}

/** Both come from the same schema or function, so that their fields stand in the same order. */
function isSame<Value>(one: Value | undefined, other: Value): boolean {
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
}

/** Our Contact at the registrars is another one then. */
function hasOtherContact(previous: SipSettings, next: SipSettings): boolean {
  return previous.allowContactRewrite !== next.allowContactRewrite || previous.tlsPort !== next.tlsPort;
}

/** Whether settings differ in what a whole engine is built from. */
function needsOtherEngine(previous: SipSettings, next: SipSettings): boolean {
  return previous.port !== next.port || previous.addresses.join() !== next.addresses.join();
}
