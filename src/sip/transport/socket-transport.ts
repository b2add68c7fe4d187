import type { Clock } from '../../base/clock.js';
import { SipsirenError } from '../../base/errors.js';
import { silentLog, type Log } from '../../base/log.js';
import { serialise, type SipRequest, type SipResponse } from '../message/index.js';
import { ConnectionQuota } from './connection-quota.js';
import { isReliable, type Flow, type SocketAddress, type Target } from './flow.js';
import { isIpv6, isSameFamily, isUnspecified } from './ip-address.js';
import type { FlowKeeping, KeptFlow } from './keep-flow.js';
import type { Listener } from './listener.js';
import { LocalAddresses } from './local-addresses.js';
import { MessageDoor } from './message-door.js';
import { isPeerFlow } from './peer-flow.js';
import { SentBySet } from './sent-by-set.js';
import { StreamListener } from './stream-listener.js';
import { tcp } from './tcp.js';
import { Tls, withoutCertificate } from './tls.js';
import type { TlsServerSettings } from './tls-settings.js';
import { TokenBucket } from './token-bucket.js';
import { newCounts, type TransportCounts } from './transport-counts.js';
import { deliveryError } from './transport-error.js';
import { DEFAULT_LIMITS, type TransportLimits } from './transport-limits.js';
import type {
  ListeningPoint,
  SentRequest,
  SentResponse,
  SipTransport,
  TransportFailure,
  TransportUser,
} from './transport.js';
import { UdpListener } from './udp-listener.js';

/** @public */
export interface SocketTransportOptions {
  /** Where to listen; port 0 takes any free one. */
  readonly listen: readonly ListeningPoint[];
  readonly clock: Clock;
  /** Default: nothing is logged. */
  readonly log?: Log;
  /** What peers may take. Default: see `TransportLimits`. */
  readonly limits?: Partial<TransportLimits>;
  /** What the listening points for TLS show and ask for. Needed where there are any. */
  readonly tls?: TlsServerSettings;
  /** A fixed public address that peers are told instead of the local one. Default: the local address; port: the bound one. */
  readonly advertise?: { readonly address: string; readonly port?: number };
}

/** What all listening points share. */
interface ListenerParts {
  readonly door: MessageDoor;
  readonly quota: ConnectionQuota;
  readonly replies: TokenBucket;
}

/** SIP over real sockets (RFC 3261 section 18): UDP, TCP and TLS, IPv4 and IPv6. */
export class SocketTransport implements SipTransport {
  seenAs?: (target: Target) => SocketAddress | undefined;
  readonly #options: SocketTransportOptions;
  readonly #limits: TransportLimits;
  readonly #log: Log;
  readonly #counts = newCounts();
  readonly #sentBy = new SentBySet();
  readonly #localAddresses: LocalAddresses;
  #listeners: Listener[] = [];
  /** One for all listening points, which so share sessions. */
  #tls: Tls | undefined;

  constructor(options: SocketTransportOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#log = options.log ?? silentLog;
    this.#localAddresses = new LocalAddresses(options.clock);
  }

  async start(user: TransportUser): Promise<void> {
    if (this.#listeners.length > 0) throw new SipsirenError('SIP_STATE', 'The transport is started already.');
    const replies = new TokenBucket(this.#options.clock, this.#limits.repliesPerSecond);
    const door = new MessageDoor({
      user,
      counts: this.#counts,
      sentBy: this.#sentBy,
      replies,
      log: this.#log,
    });
    const quota = new ConnectionQuota(this.#limits);
    try {
      for (const point of this.#options.listen) {
        const listener = this.#listenerAt(point, { door, quota, replies });
        await listener.open();
        this.#listeners.push(listener);
      }
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const listeners = this.#listeners;
    this.#listeners = [];
    await Promise.all(listeners.map((listener) => listener.close()));
  }

  get listening(): readonly ListeningPoint[] {
    return this.#listeners.map((listener) => listener.point);
  }

  get counts(): TransportCounts {
    return this.#counts;
  }

  canReach(target: Target): boolean {
    return this.#listenerFor(target) !== undefined;
  }

  sendRequest(
    request: SipRequest,
    target: Target,
    onFailure: TransportFailure,
    onCarried?: (flow: Flow) => void,
  ): SentRequest {
    const listener = this.#listenerFor(target);
    if (!listener) return this.#unreachable(target, onFailure);
    const { address, port } = this.seenAs?.(target) ?? this.#publicAddress(listener.point, target);
    this.#sentBy.add(address, port);
    request.setTopVia({ transport: target.protocol, host: address, port, rport: true });
    return listener.deliver(serialise(request), target, onFailure, request.method !== 'ACK', onCarried);
  }

  sendResponse(response: SipResponse, flow: Flow, onFailure: TransportFailure): SentResponse {
    if (!isPeerFlow(flow))
      throw new SipsirenError('INTERNAL', 'A flow of another transport was given for a response.');
    return flow.respond(response, onFailure);
  }

  keepFlow(target: Target, options: FlowKeeping): KeptFlow {
    const listener = this.#listenerFor(target);
    if (!listener) throw this.#noListener(target);
    return listener.keepFlow(target, options);
  }

  /** Takes another certificate for TLS; connections that are open go on. Throws INVALID_VALUE, and keeps the old one. */
  setTls(settings: TlsServerSettings): void {
    if (!this.#tls) throw withoutCertificate();
    this.#tls.setServer(settings);
  }

  localAddressFor(target: Target): SocketAddress {
    const listener = this.#listenerFor(target);
    if (!listener) throw this.#noListener(target);
    return this.#publicAddress(listener.point, target);
  }

  #listenerAt(point: ListeningPoint, parts: ListenerParts): Listener {
    const { clock } = this.#options;
    const shared = { ...parts, point, clock, counts: this.#counts, limits: this.#limits, log: this.#log };
    switch (point.protocol) {
      case 'udp':
        return new UdpListener(shared);
      case 'tcp':
        return new StreamListener({ ...shared, kind: tcp });
      case 'tls':
        return new StreamListener({ ...shared, kind: this.#tlsKind() });
      default:
        throw new SipsirenError(
          'NOT_SUPPORTED',
          `SIP over ${point.protocol.toUpperCase()} is not supported.`,
        );
    }
  }

  #tlsKind(): Tls {
    const { tls, clock } = this.#options;
    if (!tls) throw withoutCertificate();
    this.#tls ??= new Tls(tls, clock);
    return this.#tls;
  }

  /** The listening point that a message to `target` leaves from: of its protocol and family, and on its way. */
  #listenerFor(target: Target): Listener | undefined {
    let found: Listener | undefined;
    for (const listener of this.#listeners) {
      const { protocol, address } = listener.point;
      if (protocol !== target.protocol || !isSameFamily(address, target.address)) continue;
      if (found && address !== this.#localAddresses.towards(target.address)) continue;
      found = listener;
    }
    return found;
  }

  #publicAddress(point: ListeningPoint, target: SocketAddress): SocketAddress {
    const { advertise } = this.#options;
    if (advertise && isSameFamily(advertise.address, target.address)) {
      return { address: advertise.address, port: advertise.port ?? point.port };
    }
    if (!isUnspecified(point.address)) return point;
    return { address: this.#localAddresses.towards(target.address), port: point.port };
  }

  #unreachable(target: Target, onFailure: TransportFailure): SentRequest {
    const error = this.#noListener(target);
    // After close nobody is told anything any more.
    queueMicrotask(() => {
      if (this.#listeners.length > 0) onFailure(error);
    });
    return { protocol: target.protocol, reliable: isReliable(target.protocol), resend: () => undefined };
  }

  #noListener(target: Target): SipsirenError {
    const family = isIpv6(target.address) ? 'IPv6' : 'IPv4';
    return deliveryError(
      target.protocol,
      target,
      `there is no listening point for ${target.protocol.toUpperCase()} over ${family}`,
    );
  }
}
