import { isIP } from 'node:net';
import type { Clock } from '../base/clock.js';
import type { AccountId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { DnsPort } from '../sip/resolver/dns-port.js';
import { addressBlock, comparableAddress, isInBlock, type AddressBlock } from './access-list-address.js';
import { ServerNames } from './server-names.js';
import type { Account } from './account.js';

export interface TrustedServersOptions {
  readonly dns: DnsPort;
  readonly clock: Clock;
  readonly log: Log;
}

/** How a source address stands to an account: `unknown` while the names of its servers could not be looked up. */
export type Trust = 'trusted' | 'stranger' | 'unknown';

/**
 * Which addresses are servers of an account, or are trusted by the settings. The names of servers are looked up
 * ahead of the calls, so that no call waits for DNS.
 */
export class TrustedServers {
  readonly #names: ServerNames;
  /** The hosts of each account's servers, addresses and names. */
  readonly #hosts = new Map<AccountId, readonly string[]>();
  /** Each host once: many accounts have the same server. */
  #everyHost: ReadonlySet<string> = new Set();
  #blocks: readonly AddressBlock[] = [];

  constructor({ dns, clock, log }: TrustedServersOptions) {
    this.#names = new ServerNames({
      dns,
      clock,
      log,
      whose: 'an account',
      unknownMeans: 'what it says of callers is not believed',
      onAddresses: () => undefined,
    });
  }

  setBlocks(blocks: readonly string[]): void {
    this.#blocks = blocks.flatMap((text) => addressBlock(text) ?? []);
  }

  setAccounts(accounts: readonly Account[]): void {
    this.#hosts.clear();
    const names = new Set<string>();
    for (const account of accounts) {
      const hosts = serversOf(account).map(hostOf);
      this.#hosts.set(account.id, hosts);
      for (const host of hosts) if (isIP(host) === 0) names.add(host);
    }
    this.#everyHost = new Set([...this.#hosts.values()].flat());
    this.#names.watch(names);
  }

  /** Whether there is any server that calls could come from. */
  get hasServers(): boolean {
    return this.#blocks.length > 0 || this.#everyHost.size > 0;
  }

  /** Whether an address is that of a server of any account, or trusted by the settings. */
  isServer(address: string): boolean {
    if (this.#isInBlocks(address)) return true;
    if (this.#everyHost.has(address)) return true;
    for (const host of this.#everyHost) {
      const addresses = isIP(host) === 0 ? this.#names.addressesOf(host) : [host];
      if (addresses.some((one) => isSameAddress(one, address))) return true;
    }
    return false;
  }

  /** Whether what an address says of a caller is believed for a call of this account, if there is one. */
  trustOf(account: Account | undefined, address: string): Trust {
    if (this.#isInBlocks(address)) return 'trusted';
    const hosts = account === undefined ? [] : (this.#hosts.get(account.id) ?? []);
    let isKnown = true;
    for (const host of hosts) {
      if (isIP(host) !== 0) {
        if (isSameAddress(host, address)) return 'trusted';
        continue;
      }
      const addresses = this.#names.addressesOf(host);
      if (addresses.length === 0) isKnown = false;
      if (addresses.some((one) => isSameAddress(one, address))) return 'trusted';
    }
    return isKnown ? 'stranger' : 'unknown';
  }

  /** Idempotent. */
  close(): void {
    this.#names.close();
  }

  #isInBlocks(address: string): boolean {
    if (this.#blocks.length === 0) return false;
    const comparable = comparableAddress(address);
    return comparable !== undefined && this.#blocks.some((block) => isInBlock(comparable, block));
  }
}

/** Every server that an account's calls may come from. */
function serversOf(account: Account): string[] {
  if (!account.active) return [];
  const proxies = account.proxies.map((proxy) => proxy.server);
  const servers = account.mode === 'registered' ? [account.registrar, account.secondaryRegistrar] : [];
  return [...servers, ...proxies].filter((server) => server !== '');
}

/** A server's host without its port and brackets. */
function hostOf(server: string): string {
  const host = server.startsWith('[')
    ? server.slice(1, server.indexOf(']'))
    : (server.split(':')[0] ?? server);
  return host.toLowerCase();
}

function isSameAddress(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [comparableAddress(one), comparableAddress(other)];
  if (a === undefined || b?.family !== a.family) return false;
  return a.family === 4 ? a.value === (b as typeof a).value : a.words.join() === (b as typeof a).words.join();
}
