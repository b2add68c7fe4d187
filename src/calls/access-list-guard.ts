import type { Clock } from '../base/clock.js';
import { minutes } from '../base/duration.js';
import type { Log } from '../base/log.js';
import type { DnsPort } from '../sip/resolver/dns-port.js';
import { AccessList, type AccessDecision, type AccessFacts } from './access-list.js';
import { ServerNames } from './server-names.js';
import type { AccessListSettings } from './access-list-settings.js';

export interface AccessGuardOptions {
  readonly settings: AccessListSettings;
  readonly dns: DnsPort;
  readonly clock: Clock;
  readonly log: Log;
}

export type AccessRefusal = Extract<AccessDecision, { allowed: false }> & {
  /** Whether the caller is to get no response at all. */
  readonly silent: boolean;
  /** False while the same caller is refused again within the minute: it is answered and not reported. */
  readonly isReported: boolean;
};

/** What was reported of one source address in the minute that runs. */
interface Reported {
  readonly until: number;
  readonly callers: Set<string>;
  unreported: number;
}

const REPORT_WINDOW = minutes(1);
/** Callers behind one address that are reported in a minute; a scanner gives itself a new name each time. */
const MOST_CALLERS = 10;
/** Addresses that are remembered; a flood from more of them is reported in part. */
const MOST_ADDRESSES = 1_000;

/** The access list on guard: compiled at each change, its names looked up, its refusals reported once a minute. */
export class AccessGuard {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #names: ServerNames;
  readonly #reported = new Map<string, Reported>();
  #list: AccessList;

  constructor({ settings, dns, clock, log }: AccessGuardOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#names = new ServerNames({
      dns,
      clock,
      log,
      whose: 'the access list',
      unknownMeans: 'the entry fits nobody',
      onAddresses: (name, addresses) => this.#list.setAddresses(name, addresses),
    });
    this.#list = new AccessList(settings);
    this.#take();
  }

  /** Takes a new list from the next call on; calls in progress go on. */
  apply(settings: AccessListSettings): void {
    this.#list = new AccessList(settings);
    this.#reported.clear();
    this.#take();
  }

  /** Decides without reporting: for people who try a caller out. */
  decide(facts: AccessFacts): AccessDecision {
    return this.#list.decide(facts);
  }

  /** Whether whoever may not come in gets no answer at all. */
  get isSilent(): boolean {
    return this.#list.settings.refusal === 'silence';
  }

  /** Why somebody may not come in; nothing where it may. Logged once per caller and minute. */
  refusalOf(facts: AccessFacts): AccessRefusal | undefined {
    const decision = this.#list.decide(facts);
    if (decision.allowed) return undefined;
    return { ...decision, silent: this.isSilent, isReported: this.#report(facts, decision) };
  }

  /** What a name of the list stands for now. */
  addressesOf(name: string): readonly string[] {
    return this.#names.addressesOf(name);
  }

  /** Stops looking names up. Idempotent. */
  close(): void {
    this.#names.close();
  }

  #take(): void {
    const { enabled, policy, sources } = this.#list.settings;
    this.#names.watch(enabled ? this.#list.names : new Set());
    if (enabled && policy === 'allow' && sources.length === 0) {
      this.#log.warn('the access list is on and allows nobody: no call can come in until it has a source');
    }
  }

  #report(facts: AccessFacts, decision: Extract<AccessDecision, { allowed: false }>): boolean {
    const now = this.#clock.now();
    let reported = this.#reported.get(facts.sourceAddress);
    if (reported === undefined || reported.until <= now) {
      const unreported = reported?.unreported ?? 0;
      this.#reported.delete(facts.sourceAddress);
      if (this.#reported.size >= MOST_ADDRESSES && !this.#forgetOldest(now)) return false;
      reported = { until: now + REPORT_WINDOW, callers: new Set(), unreported };
      this.#reported.set(facts.sourceAddress, reported);
    }
    if (reported.callers.has(facts.callerUri) || reported.callers.size >= MOST_CALLERS) {
      reported.unreported++;
      return false;
    }
    reported.callers.add(facts.callerUri);
    this.#log.warn(`refused by the access list: ${decision.detail}`, {
      source: facts.sourceAddress,
      from: facts.callerUri,
      ...(decision.reason === 'blocked' && { entry: decision.entry.id }),
      ...(reported.unreported > 0 && { refusedBefore: reported.unreported }),
    });
    reported.unreported = 0;
    return true;
  }

  /** Insertion order is what a Map keeps: the first is the oldest. */
  #forgetOldest(now: number): boolean {
    for (const [address, { until }] of this.#reported) {
      if (until > now) return false;
      this.#reported.delete(address);
      return true;
    }
    return false;
  }
}
