import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../base/clock.js';
import { messageOf, SipsirenError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { ConnectionQuota } from './connection-quota.js';
import type { Flow, SocketAddress, Target, TransportProtocol } from './flow.js';
import type { FlowKeeping, KeptFlow } from './keep-flow.js';
import { formatAddress, isIpv6 } from './ip-address.js';
import type { Listener } from './listener.js';
import type { MessageDoor } from './message-door.js';
import { SentOnStream, type StreamCarrier } from './sent-on-stream.js';
import { StreamConnection, type StreamConnectionHost } from './stream-connection.js';
import type { StreamKind } from './stream-kind.js';
import { TokenBucket } from './token-bucket.js';
import { bindError, deliveryError } from './transport-error.js';
import type { MutableCounts } from './transport-counts.js';
import type { TransportLimits } from './transport-limits.js';
import type { ListeningPoint, SentRequest, SentResponse, TransportFailure } from './transport.js';

const REPORTS_PER_SECOND = 5;

export interface StreamListenerOptions {
  readonly kind: StreamKind;
  readonly point: ListeningPoint;
  readonly door: MessageDoor;
  readonly quota: ConnectionQuota;
  readonly counts: MutableCounts;
  readonly limits: TransportLimits;
  readonly clock: Clock;
  readonly log: Log;
}

/** SIP over a stream protocol: the server of one listening point, and the connections that it accepted or dialled. */
export class StreamListener implements Listener, StreamConnectionHost, StreamCarrier {
  readonly door: MessageDoor;
  readonly counts: MutableCounts;
  readonly limits: TransportLimits;
  readonly clock: Clock;
  readonly #kind: StreamKind;
  readonly #quota: ConnectionQuota;
  readonly #log: Log;
  readonly #refusals: TokenBucket;
  readonly #connections = new Set<StreamConnection>();
  /** Connections of peers that are not welcomed yet. */
  readonly #newcomers = new Map<Socket, () => void>();
  readonly #byTarget = new Map<string, StreamConnection>();
  #point: ListeningPoint;
  #server: Server | undefined;

  constructor(options: StreamListenerOptions) {
    this.door = options.door;
    this.counts = options.counts;
    this.limits = options.limits;
    this.clock = options.clock;
    this.#kind = options.kind;
    this.#quota = options.quota;
    this.#log = options.log;
    this.#point = options.point;
    this.#refusals = new TokenBucket(options.clock, REPORTS_PER_SECOND);
  }

  get point(): ListeningPoint {
    return this.#point;
  }

  get protocol(): TransportProtocol {
    return this.#kind.protocol;
  }

  get isOpen(): boolean {
    return this.#server !== undefined;
  }

  async open(): Promise<void> {
    const { address, port } = this.#point;
    const server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#accept(socket));
    try {
      server.listen({ host: address, port, ipv6Only: isIpv6(address), exclusive: true });
      await once(server, 'listening');
    } catch (error) {
      throw bindError(this.#point, error);
    }
    server.on('error', (error) =>
      this.#log.warn('The stream server reports an error.', { error: messageOf(error) }),
    );
    const bound = server.address();
    if (bound !== null && typeof bound === 'object') this.#point = { ...this.#point, port: bound.port };
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const [socket, settle] of this.#newcomers) {
      settle();
      socket.destroy();
    }
    await Promise.all([...this.#connections].map((connection) => connection.destroy()));
    await closed;
  }

  deliver(
    bytes: Buffer,
    to: Target,
    onFailure: TransportFailure,
    _isAnswerExpected?: boolean,
    onCarried?: (flow: Flow) => void,
  ): SentRequest {
    const sent = new SentOnStream({ carrier: this, bytes, destination: () => to, onFailure, onCarried });
    sent.resend();
    return sent;
  }

  respond(
    connection: StreamConnection,
    bytes: Buffer,
    fallback: () => Target,
    onFailure: TransportFailure,
  ): SentResponse {
    const sent = new SentOnStream({ carrier: this, bytes, destination: fallback, connection, onFailure });
    sent.resend();
    return sent;
  }

  connectionTo(to: Target): StreamConnection | SipsirenError {
    const known = this.#connectionOf(to);
    if (known) return known;
    if (!this.#quota.dial()) {
      return new SipsirenError(
        'SIP_OVERLOAD',
        `No more than ${this.limits.maxDialled} connections are opened at once.`,
      );
    }
    try {
      return this.#dial(to);
    } catch (error) {
      this.#quota.releaseDialled();
      return error instanceof SipsirenError ? error : deliveryError(this.protocol, to, error);
    }
  }

  keepFlow(to: Target, options: FlowKeeping): KeptFlow {
    const connection = this.connectionTo(to);
    if (!(connection instanceof Error)) return connection.keep(options);
    let isKept = true;
    queueMicrotask(() => {
      if (isKept) options.onLost(connection);
    });
    return { close: () => (isKept = false) };
  }

  onClosed(connection: StreamConnection): void {
    const { key } = connection;
    if (this.#byTarget.get(key) === connection) this.#byTarget.delete(key);
  }

  onGone(connection: StreamConnection): void {
    if (!this.#connections.delete(connection)) return;
    this.counts.connections--;
    if (connection.isDialled) this.#quota.releaseDialled();
  }

  countFailure(): void {
    this.counts.failures++;
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    // A peer that has gone again before it was accepted leaves no address.
    if (remoteAddress === undefined || remotePort === undefined || !this.isOpen) {
      socket.destroy();
      return;
    }
    if (!this.#quota.accept(remoteAddress)) {
      this.counts.refusedConnections++;
      socket.destroy();
      return;
    }
    socket.once('close', () => this.#quota.releaseAccepted(remoteAddress));
    this.#welcome(socket, { address: remoteAddress, port: remotePort });
  }

  /** A handshake must come to its end in time, like a message. */
  #welcome(accepted: Socket, remote: SocketAddress): void {
    const { clock, limits } = this;
    const deadline = clock.startTimer(`${this.protocol} handshake`, limits.receiveTimeout, () => {
      this.counts.stalledConnections++;
      accepted.destroy();
    });
    const settle = () => {
      deadline.cancel();
      this.#newcomers.delete(accepted);
    };
    this.#newcomers.set(accepted, settle);
    accepted.on('error', () => accepted.destroy());
    accepted.once('close', settle);
    this.#kind.welcome(accepted, {
      onReady: (socket) => {
        settle();
        if (!this.isOpen) socket.destroy();
        else this.#add(this.#accepted(socket, remote));
      },
      onRefused: (reason) => {
        settle();
        this.#reportRefusal(remote, reason);
      },
    });
  }

  #accepted(socket: Socket, remote: SocketAddress): StreamConnection {
    return new StreamConnection({
      protocol: this.protocol,
      socket,
      remote,
      key: formatAddress(remote.address, remote.port),
      host: this,
      inspect: () => this.#kind.inspect(socket, undefined),
    });
  }

  /** Scanners fail at handshakes all day; a few lines a second tell enough of them. */
  #reportRefusal(remote: SocketAddress, reason: string): void {
    this.counts.failedHandshakes++;
    if (!this.#refusals.take()) return;
    const source = formatAddress(remote.address, remote.port);
    this.#log.info('A connection was refused.', { protocol: this.protocol, source, reason });
  }

  #dial(to: Target): StreamConnection {
    const { protocol, openedEvent } = this.#kind;
    const socket = this.#kind.dial(to, this.#point);
    const connection = new StreamConnection({
      protocol,
      socket,
      remote: { address: to.address, port: to.port },
      key: this.#keyOf(to),
      host: this,
      dialled: { to, openedEvent },
      inspect: () => this.#kind.inspect(socket, to),
    });
    return this.#add(connection);
  }

  /** The open connection that may serve a target: its own flow, or one to the same address on the same terms. */
  #connectionOf(to: Target): StreamConnection | undefined {
    const { flow } = to;
    if (flow instanceof StreamConnection && flow.isOpen && this.#connections.has(flow)) return flow;
    const known = this.#byTarget.get(this.#keyOf(to));
    return known?.isOpen === true ? known : undefined;
  }

  #keyOf(to: Target): string {
    const shared = this.#kind.sharedBy(to);
    const address = formatAddress(to.address, to.port);
    return shared === undefined ? address : `${address} ${shared}`;
  }

  #add(connection: StreamConnection): StreamConnection {
    const { key } = connection;
    this.#connections.add(connection);
    if (!this.#byTarget.get(key)?.isOpen) this.#byTarget.set(key, connection);
    this.counts.connections++;
    return connection;
  }
}
