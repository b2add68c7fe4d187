import { isIP } from 'node:net';
import type { SipRequest, Uri } from '../message/index.js';
import type { Target } from '../transport/flow.js';

/** Who may be told the digest of a password. There is no default, so nobody can forget it. */
export interface CredentialScope {
  /** The registrar and the proxies of the account: names or numeric addresses, IPv6 without brackets. */
  readonly hosts: readonly string[];
  /** The realms that are answered. Default: every realm that those hosts name. */
  readonly realms?: readonly string[] | undefined;
}

/** How many addresses of names are remembered for one account. */
const MOST_ADDRESSES = 64;

/**
 * Decides whether the place that a request was sent to belongs to the account. A digest given to a stranger
 * can be searched for the password at leisure ("digest leak"), and the URIs of a dialog come from the peer:
 * therefore within a dialog only an address counts that is an account's own, never a name.
 */
export class ScopeGuard {
  readonly #names: ReadonlySet<string>;
  readonly #addresses: Set<string>;
  readonly #realms: ReadonlySet<string> | undefined;

  constructor(scope: CredentialScope) {
    const hosts = scope.hosts.map((host) => host.toLowerCase());
    this.#names = new Set(hosts.filter((host) => isIP(host) === 0));
    this.#addresses = new Set(hosts.filter((host) => isIP(host) !== 0));
    this.#realms = scope.realms === undefined ? undefined : new Set(scope.realms);
  }

  /** Whether a challenge with this realm is answered at all. */
  includesRealm(realm: string): boolean {
    return this.#realms?.has(realm) ?? true;
  }

  /**
   * Whether the target is one of the account's. A request outside a dialog that goes by name to one of its
   * hosts also teaches the address behind the name, for the requests within dialogs that follow.
   */
  includes(request: SipRequest, target: Target): boolean {
    const address = target.address.toLowerCase();
    if (this.#addresses.has(address) || this.#isProven(target)) return true;
    if (request.toTag !== undefined || !this.#isNamed(nextHopOf(request))) return false;
    if (this.#addresses.size < MOST_ADDRESSES) this.#addresses.add(address);
    return true;
  }

  /** The certificate of a TLS peer proves its name (RFC 5922). */
  #isProven({ protocol, serverName }: Target): boolean {
    return (
      (protocol === 'tls' || protocol === 'wss') &&
      serverName !== undefined &&
      this.#names.has(serverName.toLowerCase())
    );
  }

  /** `maddr` sends a request past the name, wherever its author likes. */
  #isNamed(uri: Uri): boolean {
    return 'host' in uri && this.#names.has(uri.host.toLowerCase()) && !uri.parameters.has('maddr');
  }
}

function nextHopOf(request: SipRequest): Uri {
  return request.routes[0]?.uri ?? request.uri;
}
