import { seconds } from '../../base/duration.js';
import { SipsirenError } from '../../base/errors.js';
import { formatUri, isSipUri, serialise, type SipRequest, type SipUri, type Uri } from '../message/index.js';
import type { TargetHealth } from '../resolver/target-health.js';
import type { TargetResolver } from '../resolver/target-resolver.js';
import { withTcpSwitch } from '../resolver/with-tcp-switch.js';
import type { Target, TransportProtocol } from '../transport/flow.js';
import type { TlsClientSettings } from '../transport/tls-settings.js';
import type { SipTransport } from '../transport/transport.js';

/** What NextHops stands on. */
export type NextHopsParts = {
  readonly resolver: TargetResolver;
  readonly health: TargetHealth;
  readonly transport: SipTransport;
  /** Whether large requests go over TCP. */
  readonly tcpSwitch: boolean;
};

/** Below this many octets no request needs to leave UDP, whatever the MTU (RFC 3261 section 18.1.1). */
const SURELY_SMALL = 1_000;

/** What the sender of a request would like, where the URI leaves it open. */
export type HopWishes = {
  /** The protocol to use. Default: by RFC 3263. */
  readonly protocol?: TransportProtocol | undefined;
  /** Whether a host's IPv6 addresses are tried before its IPv4 ones. Default: as the resolver does. */
  readonly preferIpv6?: boolean | undefined;
  /** What TLS is done with, where a target is reached by it. Default: the transport's own. */
  readonly tls?: TlsClientSettings | undefined;
};

const NO_WISHES: HopWishes = {};
const ANY_PROTOCOL: readonly TransportProtocol[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];
const ONLY: Readonly<Record<TransportProtocol, readonly TransportProtocol[]>> = {
  udp: ['udp'],
  tcp: ['tcp'],
  tls: ['tls'],
  ws: ['ws'],
  wss: ['wss'],
};

/** Turns the URI of the next hop into targets in the order in which they are to be tried (RFC 3263 section 4). */
export class NextHops {
  /** Whether large requests go over TCP; may change at any time. */
  tcpSwitch: boolean;
  readonly #parts: NextHopsParts;

  constructor(parts: NextHopsParts) {
    this.#parts = parts;
    this.tcpSwitch = parts.tcpSwitch;
  }

  /** The targets of a URI: at once for a numeric host, which needs no DNS, else a promise. Errors: SIP_UNRESOLVED. */
  targetsOf(uri: Uri, wishes: HopWishes = NO_WISHES): readonly Target[] | Promise<readonly Target[]> {
    if (!isSipUri(uri)) {
      throw new SipsirenError('SIP_UNRESOLVED', `${formatUri(uri)} cannot be called: only sip: URIs can.`);
    }
    const { protocol, preferIpv6 } = wishes;
    // What the URI says goes before what the caller prefers.
    const isOpen = uri.transport === undefined && uri.scheme === 'sip';
    const options = { protocols: isOpen && protocol ? ONLY[protocol] : ANY_PROTOCOL, preferIpv6 };
    const numeric = this.#parts.resolver.resolveNumeric(uri, options);
    if (numeric) return this.#reachable(numeric, uri, wishes);
    return this.#parts.resolver
      .resolve(uri, options)
      .then((targets) => this.#reachable(targets, uri, wishes));
  }

  /** The targets for one request: rested ones first, and TCP first where it is too large for a datagram. */
  inOrderFor(request: SipRequest, targets: readonly Target[]): readonly Target[] {
    const ordered = this.#parts.health.order(targets);
    if (!this.tcpSwitch || !isPerhapsLarge(request)) return ordered;
    const switched = withTcpSwitch(ordered, serialise(request).length, { enabled: true });
    return switched === ordered
      ? ordered
      : switched.filter((target) => this.#parts.transport.canReach(target));
  }

  /** A target did not answer, could not be reached, or was overloaded: others are tried first for a while. */
  markFailed(target: Target, retryAfter?: number): void {
    if (retryAfter === undefined) this.#parts.health.failed(target);
    else this.#parts.health.failed(target, seconds(retryAfter));
  }

  /** A target answered. */
  markAnswered(target: Target): void {
    this.#parts.health.succeeded(target);
  }

  #reachable(targets: readonly Target[], uri: SipUri, { tls }: HopWishes): readonly Target[] {
    const reachable = targets.filter((target) => this.#parts.transport.canReach(target));
    if (reachable.length > 0) return tls ? reachable.map((target) => withTls(target, tls)) : reachable;
    const reason = 'no listening point has its protocol and address family';
    throw new SipsirenError('SIP_UNRESOLVED', `${formatUri(uri)} cannot be reached: ${reason}.`);
  }
}

function withTls(target: Target, tls: TlsClientSettings): Target {
  return target.protocol === 'tls' || target.protocol === 'wss' ? { ...target, tls } : target;
}

/** The lengths of the headers are summed up first, so that a small request is not written out twice. */
function isPerhapsLarge(request: SipRequest): boolean {
  let octets = request.body.length;
  request.headers.forEach((name, value) => {
    octets += name.length + value.length + 4;
  });
  return octets > SURELY_SMALL;
}
