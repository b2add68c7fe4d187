import { lookup, Resolver } from 'node:dns/promises';
import { seconds, type Duration } from '../../base/duration.js';
import type { AddressRecord, DnsPort, NaptrRecord, SrvRecord } from './dns-port.js';

/** @public */
export interface SystemDnsOptions {
  /** Name servers as `address` or `address:port` (IPv6 in brackets). Default: the machine's own. */
  readonly servers?: readonly string[];
  /** How long one query waits for one answer. Default 2 s. */
  readonly timeout?: Duration;
  /** How often a query is put before the name server counts as dead. Default 2. */
  readonly tries?: number;
}

/** What a hosts file has, may be kept this many seconds. */
const HOSTS_TTL = 30;

/** Answers that say that the name or the record does not exist. */
const NOTHING = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME', 'EBADNAME', 'EAI_NODATA', 'EAI_NONAME']);

/**
 * DNS as the machine has it. Names that no name server can know (`localhost`, those without a dot or under
 * `.local`) are asked of the system, which reads its hosts file; so are others that DNS does not have.
 */
export class SystemDns implements DnsPort {
  readonly #resolver: Resolver;

  constructor(options: SystemDnsOptions = {}) {
    this.#resolver = new Resolver({ timeout: options.timeout ?? seconds(2), tries: options.tries ?? 2 });
    if (options.servers) this.#resolver.setServers([...options.servers]);
  }

  async naptr(name: string): Promise<readonly NaptrRecord[]> {
    return isLocalName(name) ? [] : existing(this.#resolver.resolveNaptr(name));
  }

  async srv(name: string): Promise<readonly SrvRecord[]> {
    return isLocalName(name) ? [] : existing(this.#resolver.resolveSrv(name));
  }

  async a(name: string): Promise<readonly AddressRecord[]> {
    if (isLocalhost(name)) return [{ address: '127.0.0.1', ttl: HOSTS_TTL }];
    return this.#addresses(name, 4, () => this.#resolver.resolve4(name, { ttl: true }));
  }

  async aaaa(name: string): Promise<readonly AddressRecord[]> {
    if (isLocalhost(name)) return [{ address: '::1', ttl: HOSTS_TTL }];
    return this.#addresses(name, 6, () => this.#resolver.resolve6(name, { ttl: true }));
  }

  async #addresses(
    name: string,
    family: 4 | 6,
    query: () => Promise<readonly AddressRecord[]>,
  ): Promise<readonly AddressRecord[]> {
    if (isLocalName(name)) return systemLookup(name, family);
    const records = await existing(query());
    return records.length > 0 ? records : systemLookup(name, family);
  }
}

async function systemLookup(name: string, family: 4 | 6): Promise<readonly AddressRecord[]> {
  const found = await existing(lookup(name, { family, all: true }));
  return found.map(({ address }) => ({ address, ttl: HOSTS_TTL }));
}

async function existing<Record>(answer: Promise<readonly Record[]>): Promise<readonly Record[]> {
  try {
    return await answer;
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (NOTHING.has(code)) return [];
    throw error;
  }
}

/** RFC 6761 section 6.3: these never leave the machine. */
function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

function isLocalName(name: string): boolean {
  // The labels before the host of an SRV name do not count: `_sip._udp.localhost`.
  const host = name.startsWith('_') ? name.split('.').slice(2).join('.') : name;
  return isLocalhost(host) || !host.includes('.') || host.endsWith('.local');
}
