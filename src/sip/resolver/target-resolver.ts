import { isIP } from 'node:net';
import type { Clock } from '../../base/clock.js';
import { messageOf, SipsirenError } from '../../base/errors.js';
import type { SipUri } from '../message/index.js';
import { defaultPort, type Target, type TransportProtocol } from '../transport/flow.js';
import { DnsCache } from './dns-cache.js';
import type { DnsPort, NaptrRecord } from './dns-port.js';
import { orderSrv } from './srv-order.js';

/** @public */
export interface TargetResolverOptions {
  readonly dns: DnsPort;
  readonly clock: Clock;
  /** Whether the IPv6 addresses of a host stand before its IPv4 ones. Default false. */
  readonly preferIpv6?: boolean;
  /** From 0 up to, not including, 1: for the weights of SRV records. Default `Math.random`. */
  readonly random?: () => number;
}

/** @public */
export interface ResolveOptions {
  /**
   * The protocols that can be sent by, the preferred one first. A `sip:` URI that names none goes by TLS only where
   * nothing else is listed here. Default UDP, then TCP.
   */
  readonly protocols?: readonly TransportProtocol[];
  /** Whether the IPv6 addresses of a host stand before its IPv4 ones. Default: as the resolver does. */
  readonly preferIpv6?: boolean | undefined;
}

/** The services of RFC 3263 section 4.1, RFC 7118 section 8 and what they mean. */
const NAPTR_SERVICES: Readonly<Record<string, TransportProtocol>> = {
  'SIP+D2U': 'udp',
  'SIP+D2T': 'tcp',
  'SIPS+D2T': 'tls',
  'SIP+D2W': 'ws',
  'SIPS+D2W': 'wss',
};

const SRV_PREFIXES: Readonly<Record<TransportProtocol, string>> = {
  udp: '_sip._udp.',
  tcp: '_sip._tcp.',
  tls: '_sips._tcp.',
  ws: '_sip._ws.',
  wss: '_sips._ws.',
};

/**
 * No domain has more servers than these; a name server that names thousands would have us ask and try for hours. Of each
 * answer the first in the order of the domain are taken.
 */
const MOST_SERVICES = 8;
const MOST_HOSTS = 16;
const MOST_TARGETS = 32;

const DEFAULT_PROTOCOLS: readonly TransportProtocol[] = ['udp', 'tcp'];

/** Everything about a URI that decides where it leads. */
interface Question {
  readonly uri: SipUri;
  /** TARGET of RFC 3263 section 4: `maddr`, or else the host. */
  readonly host: string;
  readonly port: number | undefined;
  /** The protocols that may be used, the preferred one first; at least one. */
  readonly protocols: readonly TransportProtocol[];
  /** Whether the URI leaves the protocol open. */
  readonly isOpen: boolean;
  readonly preferIpv6: boolean | undefined;
  /** Why a name server could not be asked, for the error when nothing was found. */
  readonly failures: string[];
}

/** Finds where a request for a SIP URI is sent (RFC 3263 section 4): every target, in the order in which to try them. */
export class TargetResolver {
  readonly #dns: DnsPort;
  readonly #preferIpv6: boolean;
  readonly #random: () => number;

  constructor(options: TargetResolverOptions) {
    this.#dns = new DnsCache(options.dns, options.clock);
    this.#preferIpv6 = options.preferIpv6 ?? false;
    this.#random = options.random ?? Math.random;
  }

  /** The targets of a URI, at least one. Errors: SIP_UNRESOLVED. */
  async resolve(uri: SipUri, options: ResolveOptions = {}): Promise<readonly Target[]> {
    const numeric = this.resolveNumeric(uri, options);
    if (numeric) return numeric;
    const question = questionOf(uri, options);
    const targets = await this.#search(question);
    if (targets.length > 0) return targets.slice(0, MOST_TARGETS);
    const [failure] = question.failures;
    throw unresolved(
      uri,
      failure === undefined ? 'no address is known for it' : `the name server cannot be asked: ${failure}`,
    );
  }

  /**
   * The targets of a URI whose host is an address, at once; nothing where a name must be asked for.
   * Errors: SIP_UNRESOLVED.
   */
  resolveNumeric(uri: SipUri, options: ResolveOptions = {}): readonly Target[] | undefined {
    const host = hostOf(uri);
    if (isIP(host) === 0) return undefined;
    const { protocols, port } = questionOf(uri, options);
    const [protocol] = protocols;
    if (!protocol) return undefined;
    return [targetOf(uri, protocol, host, port ?? defaultPort(protocol))];
  }

  async #search(question: Question): Promise<readonly Target[]> {
    const { host, port, protocols, isOpen } = question;
    const [preferred] = protocols;
    if (!preferred) return [];
    if (port !== undefined) return this.#addressTargets(question, preferred, host, port);
    const services = isOpen ? await this.#naptrServices(question) : [];
    const found = services.length > 0 ? services : protocols.map((protocol) => srvService(protocol, host));
    const byService = await Promise.all(found.map((service) => this.#srvTargets(question, service)));
    if (byService.every((answer) => answer === undefined)) {
      // Section 4.1: with no SRV records, SIP without a named protocol means UDP.
      const protocol = protocols.includes('udp') ? 'udp' : preferred;
      return this.#addressTargets(question, protocol, host, defaultPort(protocol));
    }
    return byService.flatMap((answer) => answer ?? []);
  }

  /** What NAPTR offers of what we can, in the order of the domain (section 4.1). */
  async #naptrServices(question: Question): Promise<readonly Service[]> {
    const records = await tried(question, this.#dns.naptr(question.host));
    return [...records]
      .sort((a, b) => a.order - b.order || a.preference - b.preference)
      .map(serviceOf)
      .filter((service) => service !== undefined)
      .filter(({ protocol }) => question.protocols.includes(protocol))
      .slice(0, MOST_SERVICES);
  }

  /** The targets behind one SRV name; nothing where the name has no SRV records. */
  async #srvTargets(question: Question, service: Service): Promise<readonly Target[] | undefined> {
    const records = await tried(question, this.#dns.srv(service.name));
    if (records.length === 0) return undefined;
    const offered = records.filter(({ name }) => name !== '' && name !== '.');
    const chosen = orderSrv(offered, this.#random).slice(0, MOST_HOSTS);
    const hosts = await Promise.all(
      chosen.map(({ name, port }) => this.#addressTargets(question, service.protocol, name, port)),
    );
    return hosts.flat();
  }

  async #addressTargets(
    question: Question,
    protocol: TransportProtocol,
    host: string,
    port: number,
  ): Promise<readonly Target[]> {
    const [ipv4, ipv6] = await Promise.all([
      tried(question, this.#dns.a(host)),
      tried(question, this.#dns.aaaa(host)),
    ]);
    const records = (question.preferIpv6 ?? this.#preferIpv6) ? [...ipv6, ...ipv4] : [...ipv4, ...ipv6];
    return records.map(({ address }) => targetOf(question.uri, protocol, address, port));
  }
}

interface Service {
  readonly protocol: TransportProtocol;
  readonly name: string;
}

function srvService(protocol: TransportProtocol, host: string): Service {
  return { protocol, name: SRV_PREFIXES[protocol] + host };
}

/** Only flag `s` leads to SRV names; nothing else is defined for SIP. */
function serviceOf(record: NaptrRecord): Service | undefined {
  const protocol = NAPTR_SERVICES[record.service.toUpperCase()];
  if (protocol === undefined || record.flags.toLowerCase() !== 's') return undefined;
  return { protocol, name: record.replacement };
}

/** An answer, or nothing where nobody could be asked, which is noted. */
async function tried<Item>(question: Question, answer: Promise<readonly Item[]>): Promise<readonly Item[]> {
  try {
    return await answer;
  } catch (error) {
    question.failures.push(messageOf(error));
    return [];
  }
}

function questionOf(uri: SipUri, options: ResolveOptions): Question {
  const supported = options.protocols ?? DEFAULT_PROTOCOLS;
  const wanted = wantedProtocols(uri, supported);
  const protocols = wanted.filter((protocol) => supported.includes(protocol));
  if (protocols.length === 0) throw unresolved(uri, reasonOf(uri));
  return {
    uri,
    host: hostOf(uri),
    port: uri.port,
    protocols,
    isOpen: uri.transport === undefined,
    preferIpv6: options.preferIpv6,
    failures: [],
  };
}

/** TARGET of section 4; an IPv6 address may stand in brackets in `maddr`. */
function hostOf(uri: SipUri): string {
  const maddr = uri.parameters.get('maddr');
  if (maddr === undefined) return uri.host;
  return maddr.startsWith('[') && maddr.endsWith(']') ? maddr.slice(1, -1) : maddr;
}

/**
 * Section 4.1: the URI's own protocol; else by an address or an explicit port UDP, for `sips` TLS. WebSockets are
 * for those only who name them, since nobody else knows the path of their address (RFC 7118 section 8).
 */
function wantedProtocols(uri: SipUri, supported: readonly TransportProtocol[]): readonly TransportProtocol[] {
  const { transport } = uri;
  const isSecure = uri.scheme === 'sips';
  if (transport !== undefined) {
    // RFC 3261 section 26.2.2: in a SIPS URI `tcp` means TLS over TCP.
    if (isSecure && transport === 'tcp') return ['tls'];
    if (isSecure && transport === 'ws') return ['wss'];
    if (isSecure && transport === 'udp') return [];
    return isProtocol(transport) ? [transport] : [];
  }
  if (isSecure) return supported.filter((protocol) => protocol === 'tls');
  const insecure = supported.filter((protocol) => protocol === 'udp' || protocol === 'tcp');
  if (insecure.length === 0) return supported;
  const isFixed = uri.port !== undefined || isIP(hostOf(uri)) !== 0;
  return isFixed && insecure.includes('udp') ? ['udp'] : insecure;
}

function reasonOf(uri: SipUri): string {
  if (uri.scheme === 'sips') return 'it asks for TLS, which is not supported';
  return `its transport "${uri.transport ?? ''}" is not supported`;
}

function isProtocol(text: string): text is TransportProtocol {
  return Object.hasOwn(SRV_PREFIXES, text);
}

/** A certificate proves the domain that was asked for, not the host that DNS named (RFC 5922 section 4). */
function targetOf(uri: SipUri, protocol: TransportProtocol, address: string, port: number): Target {
  const isSecure = protocol === 'tls' || protocol === 'wss';
  return { protocol, address, port, ...(isSecure ? { serverName: uri.host } : {}) };
}

function unresolved(uri: SipUri, reason: string): SipsirenError {
  return new SipsirenError('SIP_UNRESOLVED', `Nothing can be sent to ${uri.toString()}: ${reason}.`);
}
