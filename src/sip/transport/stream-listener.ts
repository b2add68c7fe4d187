import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Clock } from '../../base/clock.js';
import { messageOf, SipsirenError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { ConnectionQuota } from './connection-quota.js';
import type { Flow, SocketAddress, TransportProtocol } from './flow.js';
import { formatAddress, isIpv6 } from './ip-address.js';
import type { Listener } from './listener.js';
import type { MessageDoor } from './message-door.js';
import { SentOnStream, type StreamCarrier } from './sent-on-stream.js';
import { StreamConnection, type StreamConnectionHost } from './stream-connection.js';
import type { StreamKind } from './stream-kind.js';
import { bindError } from './transport-error.js';
import type { MutableCounts } from './transport-counts.js';
import type { TransportLimits } from './transport-limits.js';
import type { ListeningPoint, SentRequest, SentResponse, TransportFailure } from './transport.js';

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
  readonly #connections = new Set<StreamConnection>();
  readonly #byRemote = new Map<string, StreamConnection>();
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
    const server = this.#kind.createServer((socket) => this.#accept(socket));
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
    await Promise.all([...this.#connections].map((connection) => connection.destroy()));
    await closed;
  }

  deliver(
    bytes: Buffer,
    to: SocketAddress,
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
    fallback: () => SocketAddress,
    onFailure: TransportFailure,
  ): SentResponse {
    const sent = new SentOnStream({ carrier: this, bytes, destination: fallback, connection, onFailure });
    sent.resend();
    return sent;
  }

  connectionTo(to: SocketAddress): StreamConnection | SipsirenError {
    const known = this.#byRemote.get(formatAddress(to.address, to.port));
    if (known?.isOpen) return known;
    if (!this.#quota.dial()) {
      return new SipsirenError(
        'SIP_OVERLOAD',
        `No more than ${this.limits.maxDialled} connections are opened at once.`,
      );
    }
    const { protocol, openedEvent } = this.#kind;
    const socket = this.#kind.dial(to, this.#point);
    return this.#add(new StreamConnection({ protocol, socket, remote: to, host: this, openedEvent }));
  }

  onClosed(connection: StreamConnection): void {
    const key = formatAddress(connection.remote.address, connection.remote.port);
    if (this.#byRemote.get(key) === connection) this.#byRemote.delete(key);
  }

  onGone(connection: StreamConnection): void {
    if (!this.#connections.delete(connection)) return;
    this.counts.connections--;
    if (connection.isDialled) this.#quota.releaseDialled();
    else this.#quota.releaseAccepted(connection.remote.address);
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
    const remote = { address: remoteAddress, port: remotePort };
    this.#add(new StreamConnection({ protocol: this.protocol, socket, remote, host: this }));
  }

  #add(connection: StreamConnection): StreamConnection {
    const key = formatAddress(connection.remote.address, connection.remote.port);
    this.#connections.add(connection);
    if (!this.#byRemote.get(key)?.isOpen) this.#byRemote.set(key, connection);
    this.counts.connections++;
    return connection;
  }
}
