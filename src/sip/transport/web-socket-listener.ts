import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../base/clock.js';
import type { SipsirenError } from '../../base/errors.js';
import type { ConnectionQuota } from './connection-quota.js';
import type { Flow, Target } from './flow.js';
import { neverKept, type FlowKeeping, type KeptFlow } from './keep-flow.js';
import type { Listener } from './listener.js';
import type { MessageDoor } from './message-door.js';
import { SentOnStream, type StreamCarrier } from './sent-on-stream.js';
import { deliveryError } from './transport-error.js';
import type { SourceGate } from './source-gate.js';
import type { MutableCounts } from './transport-counts.js';
import type { TransportLimits } from './transport-limits.js';
import type { ListeningPoint, SentRequest, SentResponse, TransportFailure } from './transport.js';
import { WebSocketConnection, type WebSocketHost } from './web-socket-connection.js';

/** As much as the headers of one SIP message may have on any stream. */
const MAX_HEAD = 65_536;

export interface WebSocketListenerOptions {
  readonly protocol: 'ws' | 'wss';
  readonly door: MessageDoor;
  readonly quota: ConnectionQuota;
  readonly gate: SourceGate;
  readonly counts: MutableCounts;
  readonly limits: TransportLimits;
  readonly clock: Clock;
}

/** The WebSockets that a foreign HTTP server was asked for (RFC 7118). Nobody can be dialled: browsers do not listen. */
export class WebSocketListener implements Listener, WebSocketHost, StreamCarrier {
  readonly protocol: 'ws' | 'wss';
  readonly door: MessageDoor;
  readonly counts: MutableCounts;
  readonly limits: TransportLimits;
  readonly clock: Clock;
  readonly gate: SourceGate;
  readonly #quota: ConnectionQuota;
  readonly #connections = new Set<WebSocketConnection>();
  readonly #server: WebSocketServer;
  #point: ListeningPoint;
  #isOpen = true;

  constructor(options: WebSocketListenerOptions) {
    this.protocol = options.protocol;
    this.door = options.door;
    this.counts = options.counts;
    this.limits = options.limits;
    this.clock = options.clock;
    this.gate = options.gate;
    this.#quota = options.quota;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MAX_HEAD + options.limits.maxBody,
      handleProtocols: () => 'sip',
    });
    this.#point = { protocol: options.protocol, address: '', port: 0 };
    // What is wrong with a handshake is answered by the library; there is nobody else to tell.
    this.#server.on('wsClientError', (_error, socket) =>
      refuse(socket, '400 Bad Request', 'No WebSocket handshake.'),
    );
  }

  get point(): ListeningPoint {
    return this.#point;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** There is nothing to bind: the HTTP server has the port. */
  async open(): Promise<void> {
    await Promise.resolve();
  }

  /** Takes a request for an upgrade over, whatever comes of it. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { remoteAddress, localAddress = '', localPort = 0 } = request.socket;
    socket.on('error', () => socket.destroy());
    if (!offersSip(request)) {
      refuse(socket, '400 Bad Request', 'The subprotocol "sip" is needed (RFC 7118).');
      return;
    }
    if (remoteAddress === undefined || !this.#mayOpen(remoteAddress)) {
      this.counts.refusedConnections++;
      refuse(socket, '503 Service Unavailable', 'There are too many connections.');
      return;
    }
    socket.once('close', () => this.#quota.releaseAccepted(remoteAddress));
    this.#point = { protocol: this.protocol, address: localAddress, port: localPort };
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.counts.connections++;
      this.#connections.add(new WebSocketConnection(webSocket, request, this));
    });
  }

  #mayOpen(source: string): boolean {
    return this.#isOpen && this.gate.admitsConnection(source) && this.#quota.accept(source);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.all([...this.#connections].map((connection) => connection.destroy()));
    this.#server.close();
  }

  /** Whether the way to a target is one of these connections. */
  leadsTo(target: Target): boolean {
    return !(this.connectionTo(target) instanceof Error);
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

  respond(connection: WebSocketConnection, bytes: Buffer, onFailure: TransportFailure): SentResponse {
    const destination = () => ({ protocol: this.protocol, ...connection.remote });
    const sent = new SentOnStream({ carrier: this, bytes, destination, connection, onFailure });
    sent.resend();
    return sent;
  }

  keepFlow(to: Target, keeping: FlowKeeping): KeptFlow {
    const connection = this.connectionTo(to);
    return connection instanceof Error ? neverKept(keeping, connection) : connection.keep(keeping);
  }

  connectionTo(to: Target): WebSocketConnection | SipsirenError {
    const { flow } = to;
    if (flow instanceof WebSocketConnection && flow.isOpen && this.#connections.has(flow)) return flow;
    for (const connection of flow ? [] : this.#connections) {
      const { address, port } = connection.remote;
      if (connection.isOpen && address === to.address && port === to.port) return connection;
    }
    return deliveryError(this.protocol, to, 'nobody is connected from there any more');
  }

  countFailure(): void {
    this.counts.failures++;
  }

  onGone(connection: WebSocketConnection): void {
    if (this.#connections.delete(connection)) this.counts.connections--;
  }
}

function offersSip(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim().toLowerCase() === 'sip');
}

/** Nothing but the HTTP server's answer has been sent on it yet. */
function refuse(socket: Duplex, status: string, words: string): void {
  const lines = [`HTTP/1.1 ${status}`, 'Connection: close', 'Content-Type: text/plain; charset=utf-8'];
  socket.end(`${lines.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(words)}\r\n\r\n${words}`, () =>
    socket.destroy(),
  );
}
