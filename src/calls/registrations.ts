import type { AccountId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { DeviceEvent } from '../events/device-event.js';
import type { Account } from './account.js';
import type { RegistrationReport, Signaling, SignalingAccount, SignalingRegistration } from './signaling.js';
import type { SipSettings } from './sip-settings.js';

type RegistrationSettings = Pick<
  SipSettings,
  'registerEverySeconds' | 'maxRetransmissions' | 'secondsUntilFailback'
>;

/** What an account is registered with. */
export interface RegistrationStart {
  readonly account: Account;
  /** The account as the engine needs it. */
  readonly described: SignalingAccount;
  readonly signaling: Signaling;
  readonly settings: RegistrationSettings;
}

interface Entry {
  /** None for the moment in which the engine makes it, when it may report already. */
  registration: SignalingRegistration | undefined;
  report: RegistrationReport;
}

const NOT_REGISTERED: RegistrationReport = { state: 'unregistered' };

/** Keeps each active registered account registered, and knows how each of them stands. */
export class Registrations {
  readonly #entries = new Map<AccountId, Entry>();
  readonly #log: Log;
  readonly #publish: (event: DeviceEvent) => void;

  constructor(options: { readonly log: Log; readonly publish: (event: DeviceEvent) => void }) {
    this.#log = options.log;
    this.#publish = options.publish;
  }

  /** How an account stands with its registrar. */
  of(id: AccountId): RegistrationReport {
    return this.#entries.get(id)?.report ?? NOT_REGISTERED;
  }

  start({ account, described, signaling, settings }: RegistrationStart): void {
    const entry: Entry = { report: NOT_REGISTERED, registration: undefined };
    this.#entries.set(account.id, entry);
    entry.registration = signaling.register(described, {
      intervalSeconds: settings.registerEverySeconds,
      maxRetransmissions: settings.maxRetransmissions,
      secondsUntilFailback: settings.secondsUntilFailback,
      onReport: (report) => this.#take(account, entry, report),
    });
  }

  refresh(id: AccountId): void {
    this.#entries.get(id)?.registration?.refresh();
  }

  /** Unregisters an account; others are not waited for. */
  async stop(id: AccountId): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    await entry.registration?.stop();
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.stop(id)));
  }

  #take(account: Account, entry: Entry, report: RegistrationReport): void {
    const previous = entry.report;
    entry.report = report;
    if (isSame(previous, report)) return;
    this.#tell(account, report);
    this.#publish({
      type: 'account.registration',
      account: account.id,
      state: report.state,
      ...(report.server === undefined ? {} : { server: report.server }),
      ...(report.status === undefined ? {} : { status: report.status }),
      ...(report.reason === undefined ? {} : { reason: report.reason }),
    });
  }

  #tell(account: Account, report: RegistrationReport): void {
    const fields = {
      account: account.id,
      registrar: account.registrar,
      server: report.server,
      status: report.status,
      reason: report.reason,
    };
    if (report.state === 'refused' || report.state === 'unreachable' || report.state === 'untrusted') {
      this.#log.warn(`account ${account.name || account.userId} is ${report.state}`, fields);
    } else {
      this.#log.info(`account ${account.name || account.userId} is ${report.state}`, fields);
    }
  }
}

/** A failed refresh of a registration that holds, and the time of one that succeeded, are no news. */
function isSame(one: RegistrationReport, other: RegistrationReport): boolean {
  if (one.state !== other.state || one.status !== other.status || one.server !== other.server) return false;
  return one.state === 'registered' || one.reason === other.reason;
}

/** Whether settings differ in what registrations are made of. */
export function needsOtherRegistrations(previous: RegistrationSettings, next: RegistrationSettings): boolean {
  return (
    previous.registerEverySeconds !== next.registerEverySeconds ||
    previous.maxRetransmissions !== next.maxRetransmissions ||
    previous.secondsUntilFailback !== next.secondsUntilFailback
  );
}
