import type { AccountId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { DeviceEvent } from '../events/device-event.js';
import type { Account } from './account.js';
import { toSignalingAccount } from './signaling-account.js';
import type { RegistrationReport, Signaling, SignalingRegistration } from './signaling.js';

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

  start(account: Account, signaling: Signaling, intervalSeconds: number): void {
    const entry: Entry = { report: NOT_REGISTERED, registration: undefined };
    this.#entries.set(account.id, entry);
    entry.registration = signaling.register(toSignalingAccount(account), {
      intervalSeconds,
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
    if (previous.state === report.state && previous.status === report.status) return;
    this.#tell(account, report);
    this.#publish({
      type: 'account.registration',
      account: account.id,
      state: report.state,
      ...(report.status === undefined ? {} : { status: report.status }),
      ...(report.reason === undefined ? {} : { reason: report.reason }),
    });
  }

  #tell(account: Account, report: RegistrationReport): void {
    const fields = {
      account: account.id,
      registrar: account.registrar,
      status: report.status,
      reason: report.reason,
    };
    if (report.state === 'refused' || report.state === 'unreachable') {
      this.#log.warn(`account ${account.name || account.userId} is ${report.state}`, fields);
    } else {
      this.#log.info(`account ${account.name || account.userId} is ${report.state}`, fields);
    }
  }
}
