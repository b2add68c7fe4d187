import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../base/clock.js';
import { SipsirenError } from '../../base/errors.js';
import { silentLog, type Log } from '../../base/log.js';
import { serialise, type SipRequest, type SipResponse } from '../message/index.js';
import { ConnectionQuota } from './connection-quota.js';
import { isReliable, type Flow, type SocketAddress, type Target } from './flow.js';
import { isIpv6, isSameFamily, isUnspecified } from './ip-address.js';
import { neverKept, type FlowKeeping, type KeptFlow } from './keep-flow.js';
import type { Listener } from './listener.js';
import { LocalAddresses } from './local-addresses.js';
import { MessageDoor } from './message-door.js';
import { isPeerFlow } from './peer-flow.js';
import { SentBySet } from './sent-by-set.js';
import { OPEN_GATE, type SourceGate } from './source-gate.js';
import { StreamListener } from './stream-listener.js';
import { StreamPool } from './stream-pool.js';
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
import { WebSocketListener } from './web-socket-listener.js';

/** @public */
export interface SocketTransportOptions {
  /** Where to listen; port 0 takes any free one. */
  readonly listen: readonly ListeningPoint[];
  readonly clock: Clock;
  /** Default: nothing is logged. */
  readonly log?: Log;
  /** What peers may take. Default: see `TransportLimits`. */
  readonly limits?: Partial<TransportLimits>;
  /** Judges who sends. Default: everybody is heard. */
  readonly gate?: SourceGate;
  /** What the listening points for TLS show and ask for. Needed where there are any. */
  readonly tls?: TlsServerSettings;
  /** A fixed public address that peers are told instead of the local one. Default: the local address; port: the bound one. */
  readonly advertise?: { readonly address: string; readonly port?: number };
}

/** What all listening points share while the transport runs. */
interface TransportParts {
  readonly door: MessageDoor;
  readonly replies: TokenBucket;
  readonly gate: SourceGate;
  readonly tcp: StreamPool;
  readonly tls: StreamPool;
}

/** SIP over real sockets (RFC 3261 section 18): UDP, TCP, TLS and WebSocket, IPv4 and IPv6. */
export class SocketTransport implements SipTransport {
  seenAs?: (target: Target) => SocketAddress | undefined;
  readonly #options: SocketTransportOptions;
  readonly #limits: TransportLimits;
  readonly #log: Log;
  readonly #counts = newCounts();
  readonly #sentBy = new SentBySet();
  readonly #localAddresses: LocalAddresses;
  readonly #tls: Tls;
  #parts: TransportParts | undefined;
  #listeners: Listener[] = [];
  /** Places from which TLS is dialled as long as no port is open for it. */
  #dialling: readonly StreamListener[] = [];
  /** Points that accept no more and wait for their last connection. */
  readonly #closing = new Set<Promise<void>>();
  #webSockets: readonly WebSocketListener[] = [];

  constructor(options: SocketTransportOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#log = options.log ?? silentLog;
    this.#localAddresses = new LocalAddresses(options.clock);
    this.#tls = new Tls(options.clock);
  }

  async start(user: TransportUser): Promise<void> {
    if (this.#parts) throw new SipsirenError('SIP_STATE', 'The transport is started already.');
    if (this.#options.tls) this.#tls.setServer(this.#options.tls);
    this.#parts = this.#partsFor(user);
    try {
      for (const point of this.#options.listen) this.#listeners.push(await this.#openedAt(point));
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#dialling = this.#listeners
      .filter(({ point }) => point.protocol === 'udp' || point.protocol === 'tcp')
      .map(({ point }) => this.#streamListenerAt({ ...point, protocol: 'tls' }));
  }

  async close(): Promise<void> {
    const parts = this.#parts;
    this.#parts = undefined;
    const listeners = this.#listeners.splice(0);
    const pools = parts ? [parts.tcp.close(), parts.tls.close()] : [];
    const webSockets = this.#webSockets.map((listener) => listener.close());
    await Promise.all([...listeners.map((listener) => listener.close()), ...pools, ...webSockets]);
    await Promise.all(this.#closing);
  }

  get listening(): readonly ListeningPoint[] {
    return [...this.#listeners, ...this.#webSockets.filter(({ point }) => point.port !== 0)].map(
      ({ point }) => point,
    );
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
    return listener ? listener.keepFlow(target, options) : neverKept(options, this.#noListener(target));
  }

  /** Takes another certificate for TLS; connections that are open go on. Throws INVALID_VALUE, and keeps the old one. */
  setTls(settings: TlsServerSettings): void {
    this.#tls.setServer(settings);
  }

  /**
   * Listens for TLS at these points in place of the former ones: the new ones are opened first, and where one fails
   * all is as before. A former point accepts no more, its connections go on. Throws ADDRESS_IN_USE,
   * ADDRESS_NOT_AVAILABLE, INVALID_VALUE without a certificate.
   */
  async listenTls(points: readonly ListeningPoint[]): Promise<void> {
    const former = this.#listeners.filter(({ point }) => point.protocol === 'tls');
    const staying = former.filter(({ point }) => points.some((wanted) => isSamePoint(point, wanted)));
    const opened: Listener[] = [];
    try {
      for (const point of points) {
        if (!staying.some((listener) => isSamePoint(listener.point, point)))
          opened.push(await this.#openedAt(point));
      }
    } catch (error) {
      await Promise.all(opened.map((listener) => listener.close()));
      throw error;
    }
    const leaving = former.filter((listener) => !staying.includes(listener));
    this.#listeners = [...this.#listeners.filter((listener) => !leaving.includes(listener)), ...opened];
    // Over only when the last connection is.
    for (const listener of leaving) {
      const closing = listener.close().finally(() => this.#closing.delete(closing));
      this.#closing.add(closing);
    }
  }

  /**
   * Takes over a request for a WebSocket that came to a foreign HTTP server (RFC 7118). The server has to check
   * whose page it comes from.
   */
  acceptWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer, isSecure: boolean): void {
    const protocol = isSecure ? 'wss' : 'ws';
    const listener = this.#webSockets.find((candidate) => candidate.protocol === protocol);
    if (listener) listener.accept(request, socket, head);
    else socket.destroy();
  }

  localAddressFor(target: Target): SocketAddress {
    const listener = this.#listenerFor(target);
    if (!listener) throw this.#noListener(target);
    return this.#publicAddress(listener.point, target);
  }

  #partsFor(user: TransportUser): TransportParts {
    const { clock, gate = OPEN_GATE } = this.#options;
    const shared = { clock, counts: this.#counts, limits: this.#limits, log: this.#log, gate };
    const replies = new TokenBucket(clock, this.#limits.repliesPerSecond);
    const door = new MessageDoor({ ...shared, user, sentBy: this.#sentBy, replies });
    const connected = { ...shared, door, quota: new ConnectionQuota(this.#limits) };
    this.#webSockets = (['ws', 'wss'] as const).map(
      (protocol) => new WebSocketListener({ ...connected, protocol }),
    );
    return {
      door,
      replies,
      gate,
      tcp: new StreamPool({ ...connected, kind: tcp }),
      tls: new StreamPool({ ...connected, kind: this.#tls }),
    };
  }

  async #openedAt(point: ListeningPoint): Promise<Listener> {
    const listener = this.#listenerAt(point);
    await listener.open();
    return listener;
  }

  #listenerAt(point: ListeningPoint): Listener {
    const { protocol } = point;
    const { door, replies, gate } = this.#startedParts();
    const { clock } = this.#options;
    switch (protocol) {
      case 'udp':
        return new UdpListener({ point, door, replies, gate, clock, counts: this.#counts, log: this.#log });
      case 'tls':
        if (!this.#tls.canListen) throw withoutCertificate();
        return this.#streamListenerAt(point);
      case 'tcp':
        return this.#streamListenerAt(point);
      default:
        throw new SipsirenError(
          'NOT_SUPPORTED',
          `SIP over ${protocol.toUpperCase()} has no port of its own: an HTTP server hands its connections over.`,
        );
    }
  }

  #streamListenerAt(point: ListeningPoint): StreamListener {
    const { tcp: plain, tls: secured } = this.#startedParts();
    return new StreamListener({ point, pool: point.protocol === 'tls' ? secured : plain, log: this.#log });
  }

  #startedParts(): TransportParts {
    if (!this.#parts) throw new SipsirenError('SIP_STATE', 'The transport is not started.');
    return this.#parts;
  }

  /** The listening point that a message to `target` leaves from: of its protocol and family, and on its way. */
  #listenerFor(target: Target): Listener | undefined {
    const { protocol } = target;
    if (protocol === 'ws' || protocol === 'wss') {
      return this.#webSockets.find((one) => one.protocol === protocol && one.leadsTo(target));
    }
    const found = this.#nearestTo(target, this.#listeners);
    return found ?? (protocol === 'tls' ? this.#nearestTo(target, this.#dialling) : undefined);
  }

  #nearestTo(target: Target, listeners: readonly Listener[]): Listener | undefined {
    let found: Listener | undefined;
    for (const listener of listeners) {
      const { protocol, address } = listener.point;
      if (protocol !== target.protocol || !isSameFamily(address, target.address)) continue;
      if (found && address !== this.#localAddresses.towards(target.address)) continue;
      found = listener;
    }
    return found;
  }

  #publicAddress(point: ListeningPoint, target: Target): SocketAddress {
    // A browser's own view of us: the address that it has reached the page by.
    if (target.flow && (point.protocol === 'ws' || point.protocol === 'wss')) return target.flow.local;
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
      if (this.#parts) onFailure(error);
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

function isSamePoint(a: ListeningPoint, b: ListeningPoint): boolean {
  return a.protocol === b.protocol && a.address === b.address && a.port === b.port;
}
