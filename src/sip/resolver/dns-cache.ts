import type { Clock } from '../../base/clock.js';
import { seconds } from '../../base/duration.js';
import { AnswerCache } from './answer-cache.js';
import type { AddressRecord, DnsPort, NaptrRecord, SrvRecord } from './dns-port.js';

/** Node gives NAPTR and SRV answers without their time to live. */
const SERVICE_TTL = seconds(30);
const LONGEST_TTL = seconds(300);

/** A DNS that keeps answers for a short time and outlives a dead name server. */
export class DnsCache implements DnsPort {
  readonly #dns: DnsPort;
  readonly #naptr: AnswerCache<NaptrRecord>;
  readonly #srv: AnswerCache<SrvRecord>;
  readonly #a: AnswerCache<AddressRecord>;
  readonly #aaaa: AnswerCache<AddressRecord>;

  constructor(dns: DnsPort, clock: Clock) {
    this.#dns = dns;
    this.#naptr = new AnswerCache(clock, () => SERVICE_TTL);
    this.#srv = new AnswerCache(clock, () => SERVICE_TTL);
    this.#a = new AnswerCache(clock, ttlOf);
    this.#aaaa = new AnswerCache(clock, ttlOf);
  }

  naptr(name: string): Promise<readonly NaptrRecord[]> {
    return this.#naptr.get(name, () => this.#dns.naptr(name));
  }

  srv(name: string): Promise<readonly SrvRecord[]> {
    return this.#srv.get(name, () => this.#dns.srv(name));
  }

  a(name: string): Promise<readonly AddressRecord[]> {
    return this.#a.get(name, () => this.#dns.a(name));
  }

  aaaa(name: string): Promise<readonly AddressRecord[]> {
    return this.#aaaa.get(name, () => this.#dns.aaaa(name));
  }
}

/** At least a second, so that a time to live of 0 does not mean a question per packet. */
function ttlOf(records: readonly AddressRecord[]): number {
  const shortest = Math.min(...records.map(({ ttl }) => ttl));
  return Math.min(LONGEST_TTL, Math.max(1, shortest) * 1_000);
}
