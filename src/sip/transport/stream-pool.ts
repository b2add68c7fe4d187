import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.js';
import { SipsirenError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { ConnectionQuota } from './connection-quota.js';
import type { SocketAddress, Target, TransportProtocol } from './flow.js';
import { formatAddress } from './ip-address.js';
import { neverKept, type FlowKeeping, type KeptFlow } from './keep-flow.js';
import type { MessageDoor } from './message-door.js';
import { SentOnStream } from './sent-on-stream.js';
import { StreamConnection, type StreamConnectionHost } from './stream-connection.js';
import type { StreamKind } from './stream-kind.js';
import type { SourceGate } from './source-gate.js';
import { TokenBucket } from './token-bucket.js';
import { deliveryError } from './transport-error.js';
import type { MutableCounts } from './transport-counts.js';
import type { TransportLimits } from './transport-limits.js';
import type { ListeningPoint, SentResponse, TransportFailure } from './transport.js';

/** Scanners fail at handshakes all day; a few lines a second tell enough of them. */
const REPORTS_PER_SECOND = 5;

export interface StreamPoolOptions {
  readonly kind: StreamKind;
  readonly door: MessageDoor;
  readonly quota: ConnectionQuota;
  readonly gate: SourceGate;
  readonly counts: MutableCounts;
  readonly limits: TransportLimits;
  readonly clock: Clock;
  readonly log: Log;
}

/** All connections of one stream protocol, accepted and dialled. Ports come and go while they stay. */
export class StreamPool implements StreamConnectionHost {
  readonly door: MessageDoor;
  readonly counts: MutableCounts;
  readonly limits: TransportLimits;
  readonly clock: Clock;
  readonly gate: SourceGate;
  readonly #kind: StreamKind;
  readonly #quota: ConnectionQuota;
  readonly #log: Log;
  readonly #refusals: TokenBucket;
  readonly #connections = new Set<StreamConnection>();
  /** Connections of peers that are not welcomed yet. */
  readonly #newcomers = new Map<Socket, () => void>();
  readonly #byTarget = new Map<string, StreamConnection>();
  #isOpen = true;

  constructor(options: StreamPoolOptions) {
    this.door = options.door;
    this.counts = options.counts;
    this.limits = options.limits;
    this.clock = options.clock;
    this.gate = options.gate;
    this.#kind = options.kind;
    this.#quota = options.quota;
    this.#log = options.log;
    this.#refusals = new TokenBucket(options.clock, REPORTS_PER_SECOND);
  }

  get protocol(): TransportProtocol {
    return this.#kind.protocol;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Cuts every connection; nothing is reported afterwards. Idempotent. */
  async close(): Promise<void> {
    this.#isOpen = false;
    for (const [socket, settle] of this.#newcomers) {
      settle();
      socket.destroy();
    }
    await Promise.all([...this.#connections].map((connection) => connection.destroy()));
  }

  /** A peer opened a connection to one of our ports. */
  accept(socket: Socket, at: ListeningPoint): void {
    const { remoteAddress, remotePort } = socket;
    // A peer that has gone again before it was accepted leaves no address.
    if (remoteAddress === undefined || remotePort === undefined || !this.#isOpen) {
      socket.destroy();
      return;
    }
    if (!this.gate.admitsConnection(remoteAddress) || !this.#quota.accept(remoteAddress)) {
      this.counts.refusedConnections++;
      socket.destroy();
      return;
    }
    socket.once('close', () => this.#quota.releaseAccepted(remoteAddress));
    this.#welcome(socket, { address: remoteAddress, port: remotePort }, at);
  }

  /** The connection to a target, dialled from a listening point where there is none; an error where none may be opened. */
  connectionTo(to: Target, from: ListeningPoint): StreamConnection | SipsirenError {
    const known = this.#connectionOf(to);
    if (known) return known;
    if (!this.#quota.dial()) {
      return new SipsirenError(
        'SIP_OVERLOAD',
        `No more than ${this.limits.maxDialled} connections are opened at once.`,
      );
    }
    try {
      return this.#dial(to, from);
    } catch (error) {
      this.#quota.releaseDialled();
      return error instanceof SipsirenError ? error : deliveryError(this.protocol, to, error);
    }
  }

  keepFlow(to: Target, from: ListeningPoint, keeping: FlowKeeping): KeptFlow {
    const connection = this.connectionTo(to, from);
    return connection instanceof Error ? neverKept(keeping, connection) : connection.keep(keeping);
  }

  respond(
    connection: StreamConnection,
    bytes: Buffer,
    fallback: () => Target,
    onFailure: TransportFailure,
  ): SentResponse {
    const carrier = new PoolCarrier(this, connection.point);
    const sent = new SentOnStream({ carrier, bytes, destination: fallback, connection, onFailure });
    sent.resend();
    return sent;
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

  /** A handshake must come to its end in time, like a message. */
  #welcome(accepted: Socket, remote: SocketAddress, at: ListeningPoint): void {
    const deadline = this.clock.startTimer(`${this.protocol} handshake`, this.limits.receiveTimeout, () => {
      this.counts.stalledConnections++;
      this.gate.note(remote.address, 'malformed');
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
        if (this.#isOpen) this.#takeIn(socket, remote, at);
        else socket.destroy();
      },
      onRefused: (reason) => {
        settle();
        this.#reportRefusal(remote, reason);
      },
    });
  }

  #takeIn(socket: Socket, remote: SocketAddress, point: ListeningPoint): void {
    const connection = new StreamConnection({
      protocol: this.protocol,
      socket,
      remote,
      point,
      key: formatAddress(remote.address, remote.port),
      host: this,
      inspect: () => this.#kind.inspect(socket, undefined),
    });
    this.#add(connection);
  }

  #reportRefusal(remote: SocketAddress, reason: string): void {
    this.counts.failedHandshakes++;
    this.gate.note(remote.address, 'malformed');
    if (!this.#isOpen || !this.#refusals.take()) return;
    const source = formatAddress(remote.address, remote.port);
    this.#log.info('A connection was refused.', { protocol: this.protocol, source, reason });
  }

  #dial(to: Target, point: ListeningPoint): StreamConnection {
    const { protocol, openedEvent } = this.#kind;
    const socket = this.#kind.dial(to, point);
    const connection = new StreamConnection({
      protocol,
      socket,
      remote: { address: to.address, port: to.port },
      point,
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

/** The pool as messages see it that leave from one listening point. */
export class PoolCarrier {
  readonly #pool: StreamPool;
  readonly #point: ListeningPoint;

  constructor(pool: StreamPool, point: ListeningPoint) {
    this.#pool = pool;
    this.#point = point;
  }

  get protocol(): TransportProtocol {
    return this.#pool.protocol;
  }

  get isOpen(): boolean {
    return this.#pool.isOpen;
  }

  connectionTo(to: Target): StreamConnection | SipsirenError {
    return this.#pool.connectionTo(to, this.#point);
  }

  countFailure(): void {
    this.#pool.counts.failures++;
  }
}
