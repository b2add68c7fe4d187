import type { Clock } from '../../base/clock.js';
import { seconds } from '../../base/duration.js';
import type { Log } from '../../base/log.js';
import type { SourceBlockedEvent } from '../../events/device-event.js';
import type { Entry, ProvenDeed, SourceGate } from '../../sip/index.js';
import { fullAllowance, takeOne, type Allowance, type AllowanceTerms } from './allowance.js';
import { BlockList, type BlockedSource, type HandBlock } from './block-list.js';
import { Exemptions } from './exemptions.js';
import { RecentMap } from './recent-map.js';
import type { SourceGuardSettings } from './source-guard-settings.js';
import { judgedSources, sharingKey, type JudgedSource } from './source-key.js';
import { NO_SUSPICION, nextSuspicion, type Offence, type Suspicion } from './suspicion.js';

/** Sources that are remembered of each sort; who comes from more of them pushes out what was heard of least lately. */
const MOST_SOURCES = 10_000;
/** Sources that are remembered to have called, or to have known a password. */
const MOST_KNOWN = 1_000;
/** So many times as many datagrams may come as requests may begin, before they are dropped without being read. */
const DATAGRAMS_PER_REQUEST = 20;
/** How long it is believed how a source stands; names of servers get other addresses. */
const STANDING_LASTS = seconds(5);
/** How often at most the log says that some source is slowed. */
const SLOWED_REPORTED_EVERY = seconds(10);

export interface SourceGuardOptions {
  readonly settings: SourceGuardSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly publish: (event: SourceBlockedEvent) => void;
}

/** What is known of a source by what it sends, which may be somebody else in its name. */
interface Traffic {
  isExempt: boolean;
  /** The block by hand that it falls under. */
  byHand: HandBlock | undefined;
  standsUntil: number;
  /** Apart, so that nobody who forges datagrams takes anything from a caller by TCP. */
  readonly datagrams: Allowance;
  readonly requests: Allowance;
  readonly streams: Allowance;
}

/**
 * Slows sources that send too much, and blocks those that certainly did wrong: guessed passwords, asked through what
 * there is not, flooded. A datagram's source can be forged, so what only came by UDP never blocks anybody; see
 * docs/source-guard.md. Never the servers of the accounts.
 */
export class SourceGuard implements SourceGate {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #traffic = new RecentMap<Traffic>(MOST_SOURCES);
  /** Only what is proven gets in here, so that forged datagrams push nobody out. */
  readonly #suspicions = new RecentMap<Suspicion>(MOST_SOURCES);
  readonly #known = new RecentMap<true>(MOST_KNOWN);
  readonly #sessions = new Map<string, number>();
  readonly #blocks: BlockList;
  #isServer: (address: string) => boolean = () => false;
  #settings: SourceGuardSettings;
  #exemptions: Exemptions;
  #slowedReportedAt = -Infinity;

  constructor({ settings, clock, log, publish }: SourceGuardOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#settings = settings;
    this.#blocks = new BlockList({ settings, clock, log, publish, onChange: () => this.#traffic.clear() });
    this.#exemptions = new Exemptions(settings, (address) => this.#isServer(address));
  }

  /** Who may not be blocked in any case. */
  protect(isServer: (address: string) => boolean): void {
    this.#isServer = isServer;
    this.#traffic.clear();
  }

  /** Takes new settings; blocks that there are go on. */
  apply(settings: SourceGuardSettings): void {
    this.#settings = settings;
    this.#blocks.apply(settings);
    this.#exemptions = new Exemptions(settings, (address) => this.#isServer(address));
    this.#traffic.clear();
  }

  /** Stops telling of blocks that end. Idempotent. */
  close(): void {
    this.#blocks.close();
  }

  /** What is blocked now, newest first. */
  list(): readonly BlockedSource[] {
    return this.#blocks.list();
  }

  /** Whether an address is never slowed nor blocked. */
  isExempt(address: string): boolean {
    return this.#exemptions.has(address);
  }

  /** Lifts the block that the guard made itself, and forgets what led to it. False where there is none. */
  release(key: string): boolean {
    this.#suspicions.delete(key);
    return this.#blocks.release(key);
  }

  /** A password was wrong that was proven to come from there. */
  noteWrongPassword(address: string): void {
    this.#suspect(address, 'wrongPasswords');
  }

  /** A password was right. */
  noteRightPassword(address: string): void {
    this.#known.set(address, true);
  }

  hears(address: string, isProven: boolean): boolean {
    if (!this.#settings.enabled) return true;
    const traffic = this.#trafficOf(address);
    if (traffic.isExempt) return true;
    // Whoever has a call must be able to end it; what else it sends is judged one by one.
    if (this.#sessions.has(address)) return true;
    if (this.#isBlocked(address, traffic)) return false;
    return isProven || takeOne(traffic.datagrams, this.#datagramTerms, this.#clock.now());
  }

  admitsConnection(address: string): boolean {
    return this.admitsRequest(address, true) === 'admit';
  }

  admitsRequest(address: string, isProven: boolean): Entry {
    if (!this.#settings.enabled) return 'admit';
    const traffic = this.#trafficOf(address);
    if (traffic.isExempt) return 'admit';
    if (this.#isBlocked(address, traffic)) return 'ignore';
    const allowance = isProven ? traffic.streams : traffic.requests;
    if (takeOne(allowance, this.#requestTerms, this.#clock.now())) return 'admit';
    this.#reportSlowed(address);
    if (isProven) {
      this.note(address, 'overflow');
      return 'refuse';
    }
    // What was dropped comes again in half a second, which an honest caller hardly notices.
    return allowance.beyond > this.#settings.burst ? 'refuse' : 'ignore';
  }

  isKnown(address: string): boolean {
    return this.#known.peek(address) === true || this.#exemptions.has(address);
  }

  note(address: string, deed: ProvenDeed): void {
    switch (deed) {
      case 'called':
        this.#known.set(address, true);
        return;
      case 'overflow': {
        this.#suspect(address, 'flood');
        return;
      }
      case 'refused':
      case 'malformed': {
        this.#suspect(address, 'scan');
        return;
      }
    }
  }

  sessionBegan(address: string): void {
    this.#sessions.set(address, (this.#sessions.get(address) ?? 0) + 1);
  }

  sessionEnded(address: string): void {
    const left = (this.#sessions.get(address) ?? 1) - 1;
    if (left > 0) this.#sessions.set(address, left);
    else this.#sessions.delete(address);
  }

  get #requestTerms(): AllowanceTerms {
    return { perSecond: this.#settings.requestsPerSecond, burst: this.#settings.burst };
  }

  get #datagramTerms(): AllowanceTerms {
    const { requestsPerSecond, burst } = this.#settings;
    return { perSecond: requestsPerSecond * DATAGRAMS_PER_REQUEST, burst: burst * DATAGRAMS_PER_REQUEST };
  }

  #trafficOf(address: string): Traffic {
    const key = sharingKey(address);
    const known = this.#traffic.use(key);
    const now = this.#clock.now();
    if (known !== undefined && known.standsUntil >= now) return known;
    const standing = {
      isExempt: this.#exemptions.has(address),
      byHand: this.#blocks.byHand(address),
      standsUntil: now + STANDING_LASTS,
    };
    if (known !== undefined) return Object.assign(known, standing);
    const traffic = { ...standing, ...this.#fullAllowances(now) };
    this.#traffic.set(key, traffic);
    return traffic;
  }

  #fullAllowances(now: number): Pick<Traffic, 'datagrams' | 'requests' | 'streams'> {
    return {
      datagrams: fullAllowance(this.#datagramTerms, now),
      requests: fullAllowance(this.#requestTerms, now),
      streams: fullAllowance(this.#requestTerms, now),
    };
  }

  #isBlocked(address: string, { byHand }: Traffic): boolean {
    if (byHand !== undefined) {
      byHand.dropped += 1;
      return true;
    }
    if (this.#blocks.isEmpty) return false;
    return judgedSources(address).some(
      // A network is not blocked for those in it that have shown that they may call.
      ({ key, weight }) => (weight === 1 || this.#known.peek(address) !== true) && this.#blocks.drops(key),
    );
  }

  #suspect(address: string, offence: Offence): void {
    if (!this.#settings.enabled || this.#exemptions.has(address)) return;
    for (const source of judgedSources(address)) this.#suspectSource(source, offence);
  }

  #suspectSource({ key, weight }: JudgedSource, offence: Offence): void {
    const before = this.#suspicions.peek(key) ?? NO_SUSPICION;
    const terms = { settings: this.#settings, now: this.#clock.now(), weight };
    const { suspicion, block } = nextSuspicion(before, offence, terms);
    if (!block) {
      this.#suspicions.set(key, suspicion);
      return;
    }
    this.#suspicions.delete(key);
    this.#blocks.block(key, offence);
  }

  #reportSlowed(address: string): void {
    const now = this.#clock.now();
    if (now - this.#slowedReportedAt < SLOWED_REPORTED_EVERY) return;
    this.#slowedReportedAt = now;
    this.#log.info('a source sends more than it may and is slowed', { source: address });
  }
}
