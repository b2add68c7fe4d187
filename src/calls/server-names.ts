import type { Clock, Timer } from '../base/clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { DnsPort } from '../sip/resolver/dns-port.js';

export interface ServerNamesOptions {
  readonly dns: DnsPort;
  readonly clock: Clock;
  readonly log: Log;
  /** Whose servers they are, for the log: `the access list`. */
  readonly whose: string;
  /** What it means that a name was never found, for the log: `its entry fits nobody`. */
  readonly unknownMeans: string;
  readonly onAddresses: (name: string, addresses: readonly string[]) => void;
}

interface WatchedName {
  addresses: readonly string[];
  failures: number;
  timer: Timer | undefined;
}

/** Times to live are believed between these: a question a minute at most, and a move noticed within ten. */
const SHORTEST_TTL = seconds(60);
const LONGEST_TTL = seconds(600);
/** After a failure: 2 s, 4 s and so on, up to a minute. */
const FIRST_RETRY = seconds(2);
const LONGEST_RETRY = seconds(60);
/** A SIP server often is what its domain's SRV records name (RFC 3263 section 4). */
const SERVICES = ['_sip._udp', '_sip._tcp', '_sips._tcp'] as const;

/**
 * Keeps the names of servers looked up, ahead of the calls: no call ever waits for DNS. While a name
 * cannot be looked up its last addresses stay: a PBX most likely is where it was, and an alarm must come in.
 */
export class ServerNames {
  readonly #options: ServerNamesOptions;
  readonly #watched = new Map<string, WatchedName>();

  constructor(options: ServerNamesOptions) {
    this.#options = options;
  }

  /** Watches exactly these names; what is known of one that stays is told again. */
  watch(names: ReadonlySet<string>): void {
    for (const [name, watched] of this.#watched) {
      if (names.has(name)) continue;
      watched.timer?.cancel();
      this.#watched.delete(name);
    }
    for (const name of names) {
      const known = this.#watched.get(name);
      if (known !== undefined) {
        if (known.addresses.length > 0) this.#options.onAddresses(name, known.addresses);
        continue;
      }
      const watched: WatchedName = { addresses: [], failures: 0, timer: undefined };
      this.#watched.set(name, watched);
      void this.#look(name, watched);
    }
  }

  /** What each name stands for; empty for one that has never been found. */
  addressesOf(name: string): readonly string[] {
    return this.#watched.get(name)?.addresses ?? [];
  }

  /** Idempotent. */
  close(): void {
    this.watch(new Set());
  }

  async #look(name: string, watched: WatchedName): Promise<void> {
    const { clock, log, whose, onAddresses } = this.#options;
    const found = await this.#lookUp(name);
    // The name may have left the list meanwhile.
    if (this.#watched.get(name) !== watched) return;
    let delay: number;
    if (found.addresses.length > 0) {
      if (watched.failures > 0) log.info(`a server of ${whose} is found again`, { name });
      watched.failures = 0;
      watched.addresses = found.addresses;
      onAddresses(name, found.addresses);
      delay = Math.min(LONGEST_TTL, Math.max(SHORTEST_TTL, found.ttl * 1_000));
    } else {
      if (watched.failures++ === 0) this.#complain(name, watched, found.problem);
      delay = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(watched.failures - 1, 10));
    }
    watched.timer = clock.startTimer('server name', milliseconds(delay), () => {
      void this.#look(name, watched);
    });
  }

  #complain(name: string, watched: WatchedName, problem: string | undefined): void {
    const { log, whose, unknownMeans } = this.#options;
    const known = watched.addresses.length > 0;
    log.warn(
      `a server of ${whose} is not found${known ? '; its last addresses stay' : `, so ${unknownMeans}`}`,
      { name, ...(known && { addresses: watched.addresses }), ...(problem !== undefined && { problem }) },
    );
  }

  /** The addresses of the host itself and of the servers that its domain names; never rejects. */
  async #lookUp(name: string): Promise<{
    readonly addresses: readonly string[];
    readonly ttl: number;
    readonly problem?: string;
  }> {
    const { dns } = this.#options;
    const problems: string[] = [];
    const asking = async <Item>(question: Promise<readonly Item[]>): Promise<readonly Item[]> => {
      try {
        return await question;
      } catch (error) {
        problems.push(messageOf(error));
        return [];
      }
    };
    const services = await Promise.all(SERVICES.map((service) => asking(dns.srv(`${service}.${name}`))));
    const hosts = new Set([name, ...services.flat().map((record) => record.name.toLowerCase())]);
    hosts.delete('');
    hosts.delete('.');
    const records = (
      await Promise.all([...hosts].flatMap((host) => [asking(dns.a(host)), asking(dns.aaaa(host))]))
    ).flat();
    const addresses = [...new Set(records.map((record) => record.address))];
    const ttl = Math.min(...records.map((record) => record.ttl));
    const [problem] = problems;
    return problem === undefined ? { addresses, ttl } : { addresses, ttl, problem };
  }
}
