import type { Clock, Timer } from '../base/clock.js';
import { minutes, seconds, type Duration } from '../base/duration.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { CertificateEvent, NetworkEvent, StorageEvent } from '../events/device-event.js';
import type { EventBus } from '../events/event-bus.js';
import type { Machine } from './machine.js';
import type { SystemWatchSettings } from './system-settings.js';

const DAY_MS = 86_400_000;
/** A network comes and goes quickly, a disk fills slowly, a certificate runs out by the day. */
const LOOKS = { network: seconds(5), storage: minutes(1), certificates: minutes(60) } as const;
/** A full disk counts as full until so many points less of it are used, so that it is not reported at each write. */
const HYSTERESIS = 2;

/** When a certificate ends. */
export interface WatchedCertificate {
  readonly id: string;
  readonly name: string;
  /** In milliseconds of the Unix epoch. */
  readonly validTo: number;
}

interface SystemWatchOptions {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly machine: Machine;
  /** The data folder. */
  readonly folder: string;
  readonly settings: SystemWatchSettings;
  readonly certificates: () => readonly WatchedCertificate[];
}

/** Watches the network, the disk and the certificates, and reports what becomes otherwise. */
export class SystemWatch {
  readonly #options: SystemWatchOptions;
  readonly #log: Log;
  readonly #timers = new Map<string, Timer>();
  readonly #certificates = new Map<string, CertificateEvent>();
  #settings: SystemWatchSettings;
  #network: NetworkEvent | undefined;
  #storage: StorageEvent | undefined;
  #isClosed = false;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: SystemWatchOptions) {
    this.#options = options;
    this.#log = options.log.room('system');
    this.#settings = options.settings;
  }

  /** Looks at everything once and then again and again; resolves after the first look. */
  async start(): Promise<void> {
    this.#repeat('network', () => {
      this.#lookAtNetwork();
    });
    this.#repeat('certificates', () => {
      this.#lookAtCertificates();
    });
    this.#repeat('storage', () => {
      this.#looking = this.#lookAtStorage();
    });
    await this.#looking;
  }

  /** Takes other settings or certificates over. */
  apply(settings: SystemWatchSettings): void {
    this.#settings = settings;
    if (this.#timers.size === 0) return;
    this.#lookAtCertificates();
    this.#looking = this.#lookAtStorage();
  }

  /** What was seen last. */
  get status(): {
    readonly network?: NetworkEvent;
    readonly storage?: StorageEvent;
    readonly certificates: readonly CertificateEvent[];
  } {
    return {
      ...(this.#network && { network: this.#network }),
      ...(this.#storage && { storage: this.#storage }),
      certificates: [...this.#certificates.values()],
    };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers.values()) timer.cancel();
    await this.#looking;
  }

  #repeat(what: keyof typeof LOOKS, look: () => void): void {
    if (this.#isClosed) return;
    look();
    const every: Duration = LOOKS[what];
    this.#timers.set(
      what,
      this.#options.clock.startTimer(`look at the ${what}`, every, () => {
        this.#repeat(what, look);
      }),
    );
  }

  #lookAtNetwork(): void {
    const addresses = this.#options.machine.addresses();
    const state = addresses.length > 0 ? 'up' : 'lost';
    const before = this.#network;
    if (before?.state === state && before.addresses.join() === addresses.join()) return;
    this.#network = { type: 'network', state, addresses };
    this.#options.bus.publish(this.#network);
    if (before?.state === state) return;
    if (state === 'lost') this.#log.error('the network is lost: no address is left that others can reach');
    else if (before) this.#log.info('the network is there again', { addresses });
  }

  async #lookAtStorage(): Promise<void> {
    const { machine, folder, bus } = this.#options;
    try {
      const { total, free } = await machine.diskUse(folder);
      if (this.#isClosed) return;
      const used = total === 0 ? 0 : (100 * (total - free)) / total;
      const limit = this.#settings.storageFullPercent - (this.#storage?.state === 'full' ? HYSTERESIS : 0);
      const state = used > limit || free === 0 ? 'full' : 'ok';
      const hasChanged = this.#storage?.state !== state;
      this.#storage = { type: 'storage', state, usedPercent: Math.round(used), freeBytes: free };
      if (!hasChanged) return;
      bus.publish(this.#storage);
      if (state === 'full')
        this.#log.error('the disk of the data folder is full', { free, used: Math.round(used) });
    } catch (error) {
      this.#log.warn('how full the disk is cannot be told', { error: messageOf(error) });
    }
  }

  #lookAtCertificates(): void {
    const { bus, clock, certificates } = this.#options;
    const now = clock.wallTime();
    const present = certificates();
    for (const [id, event] of this.#certificates) {
      if (present.some((one) => one.id === id)) continue;
      this.#certificates.delete(id);
      bus.publish({ ...event, state: 'removed' });
    }
    for (const { id, name, validTo } of present) {
      const daysLeft = Math.floor((validTo - now) / DAY_MS);
      const state =
        daysLeft < 0 ? 'expired' : daysLeft < this.#settings.certificateDays ? 'expiring' : 'valid';
      const before = this.#certificates.get(id);
      if (before?.daysLeft === daysLeft && before.state === state && before.validTo === validTo) continue;
      const event: CertificateEvent = {
        type: 'certificate',
        certificate: id,
        name,
        state,
        daysLeft,
        validTo,
      };
      this.#certificates.set(id, event);
      bus.publish(event);
      if (state !== 'valid' && before?.state !== state) {
        this.#log.warn(`a certificate is ${state}`, { certificate: id, name, daysLeft });
      }
    }
  }
}
