import type { Clock } from '../base/clock.js';
import { SipsirenError } from '../base/errors.js';
import type { AccountId, CallId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { EventBus } from '../events/event-bus.js';
import type { DnsPort } from '../sip/resolver/dns-port.js';
import { SystemDns } from '../sip/resolver/system-dns.js';
import type { AccessGuard } from './access-list-guard.js';
import type { Account } from './account.js';
import { AccountDirectory } from './account-directory.js';
import { CallEngines, needsOtherEngine, type CallEnginesOptions } from './call-engines.js';
import { CallFactory, type CallSetup } from './call-factory.js';
import { CallLedger } from './call-ledger.js';
import type { CallStatus } from './call-status.js';
import { DtmfSequences } from './dtmf-sequences.js';
import { dtmfSchema } from './dtmf-settings.js';
import { IncomingCalls } from './incoming-calls.js';
import { OutgoingCalls, type PlaceCallOptions } from './outgoing-calls.js';
import { needsOtherRegistrations, Registrations } from './registrations.js';
import type { RegistrationReport, Signaling } from './signaling.js';
import { toSignalingAccount } from './signaling-account.js';
import type { SipSettings } from './sip-settings.js';
import { TrustedServers } from './trusted-servers.js';

export interface CallsOptions extends Pick<CallEnginesOptions, 'createSignaling' | 'createMedia'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly settings: SipSettings;
  readonly accounts: readonly Account[];
  /** Where the names of the accounts' servers are looked up. Default: the system's resolver. */
  readonly dns?: DnsPort;
  /** The access list. Default: none, which lets everybody call. */
  readonly access?: Pick<AccessGuard, 'refusalOf'>;
  /** The DTMF sequences. Default: none. */
  readonly dtmf?: DtmfSequences;
}

/** Every call of the device: what is in progress, what was, and how settings and accounts are taken over. */
export class Calls {
  readonly #ledger: CallLedger;
  readonly #engines: CallEngines;
  readonly #registrations: Registrations;
  readonly #incoming: IncomingCalls;
  readonly #outgoing: OutgoingCalls;
  readonly #trust: TrustedServers;
  #settings: SipSettings;
  #directory: AccountDirectory;

  constructor(options: CallsOptions) {
    const { clock, bus, createSignaling, createMedia } = options;
    const log = options.log.room('calls');
    const publish = bus.publish.bind(bus);
    this.#settings = options.settings;
    this.#directory = new AccountDirectory(options.accounts);
    this.#registrations = new Registrations({ log, publish });
    this.#engines = new CallEngines({
      log,
      createSignaling,
      createMedia,
      onIncomingCall: (incoming, engine) => this.#incoming.receive(incoming, engine),
    });
    const ledger = new CallLedger(log);
    this.#ledger = ledger;
    const engines = this.#engines;
    const setup = this.#setup();
    const dtmf = options.dtmf ?? new DtmfSequences(dtmfSchema.parse({}));
    const factory = new CallFactory({ clock, setup, ledger, engines, dtmf, publish });
    this.#trust = new TrustedServers({ dns: options.dns ?? new SystemDns(), clock, log });
    this.#trust.setBlocks(options.settings.trustedServers);
    this.#trust.setAccounts(options.accounts);
    const { access } = options;
    this.#incoming = new IncomingCalls({ clock, log, setup, ledger, factory, trust: this.#trust, access });
    this.#outgoing = new OutgoingCalls({ setup, ledger, factory, engines });
  }

  /** Opens the ports where SIP is enabled, and registers. Errors: ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE. */
  async start(): Promise<void> {
    if (!this.#settings.enabled) return;
    await this.#engines.start(this.#settings);
    this.#registerAll();
  }

  /** Ends every call, unregisters and closes every port. Idempotent. */
  async close(): Promise<void> {
    this.#trust.close();
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

  /** Answers a call that rings. */
  answer(callId: CallId): void {
    this.#ledger.find(callId).step({ kind: 'answer' });
  }

  end(callId: CallId): void {
    this.#ledger.find(callId).hangUp('hung up by hand');
  }

  sendDtmf(callId: CallId, digits: string): Promise<void> {
    return this.#ledger.find(callId).sendDtmf(digits);
  }

  /**
   * Takes new settings; the same ones again change nothing. Another port gets a new engine first, and calls in
   * progress stay on the old one until they end. Throws ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE or CONFLICT, and
   * then goes on with the old settings.
   */
  async applySettings(next: SipSettings): Promise<void> {
    const previous = this.#settings;
    this.#trust.setBlocks(next.trustedServers);
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
    } else if (needsOtherRegistrations(previous, next)) {
      await this.#registrations.stopAll();
      this.#registerAll();
    }
  }

  /** Takes a new list of accounts: registers what is new or changed, unregisters what is gone. */
  async applyAccounts(accounts: readonly Account[]): Promise<void> {
    const previous = this.#directory;
    this.#directory = new AccountDirectory(accounts);
    this.#trust.setAccounts(accounts);
    const changed = accounts.filter((account) => !sameAccount(previous.get(account.id), account));
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
      described: toSignalingAccount(account),
      signaling: engine.signaling,
      settings: this.#settings,
    });
  }
}

function sameAccount(a: Account | undefined, b: Account): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
