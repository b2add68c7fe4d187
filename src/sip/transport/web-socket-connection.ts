import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Clock, Timer } from '../../base/clock.js';
import { seconds } from '../../base/duration.js';
import type { SipsirenError } from '../../base/errors.js';
import { isKeepAlive, serialise, type SipResponse } from '../message/index.js';
import type { SocketAddress } from './flow.js';
import { withoutZone } from './ip-address.js';
import type { FlowKeeping, KeptFlow } from './keep-flow.js';
import type { MessageDoor } from './message-door.js';
import type { MessageConnection, StreamSender } from './message-connection.js';
import type { PeerFlow } from './peer-flow.js';
import type { SourceGate } from './source-gate.js';
import { StreamPinger } from './stream-pinger.js';
import type { TlsFacts } from './tls-settings.js';
import { deliveryError } from './transport-error.js';
import type { MutableCounts } from './transport-counts.js';
import type { TransportLimits } from './transport-limits.js';
import type { SentResponse, TransportFailure } from './transport.js';

/** How often a browser is asked whether it is still there; it answers by itself (RFC 6455 section 5.5.2). */
const PING_INTERVAL = seconds(30);
const PONG = Buffer.from('\r\n');

/** What a WebSocket needs of the transport around it. */
export interface WebSocketHost {
  readonly protocol: 'ws' | 'wss';
  readonly clock: Clock;
  readonly limits: TransportLimits;
  readonly door: MessageDoor;
  readonly gate: SourceGate;
  readonly counts: MutableCounts;
  /** The system has let go of the connection. */
  onGone(connection: WebSocketConnection): void;
  respond(connection: WebSocketConnection, bytes: Buffer, onFailure: TransportFailure): SentResponse;
}

/** One WebSocket that a peer opened (RFC 7118). Each of its messages is one SIP message. */
export class WebSocketConnection implements PeerFlow, MessageConnection {
  readonly reliable = true;
  readonly framing = 'datagram';
  readonly protocol: 'ws' | 'wss';
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly tls: TlsFacts | undefined;
  readonly #socket: WebSocket;
  readonly #host: WebSocketHost;
  readonly #pinger: StreamPinger;
  readonly #ping: KeptFlow;
  #firstWord: Timer | undefined;
  #isOpen = true;

  constructor(socket: WebSocket, request: IncomingMessage, host: WebSocketHost) {
    const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = request.socket;
    this.protocol = host.protocol;
    this.local = { address: withoutZone(localAddress), port: localPort };
    this.remote = { address: remoteAddress, port: remotePort };
    this.#socket = socket;
    this.#host = host;
    this.#pinger = new StreamPinger({
      clock: host.clock,
      ping: () => socket.ping(),
      onSilence: () => this.#close('the peer does not answer keep-alives any more'),
    });
    this.#ping = this.#pinger.keep({ interval: PING_INTERVAL, mustAnswer: true, onLost: () => undefined });
    this.#firstWord = host.clock.startTimer(`${this.protocol} first word`, host.limits.receiveTimeout, () => {
      host.counts.stalledConnections++;
      host.gate.note(this.remote.address, 'malformed');
      this.#close('nothing was said on the connection');
    });
    socket.on('message', (data: Buffer) => this.#receive(data));
    socket.on('pong', () => this.#pinger.pong());
    socket.on('error', (error) => this.#close(error));
    socket.on('close', () => {
      this.#close('the peer closed the connection');
      host.onGone(this);
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isConnected(): boolean {
    return this.#isOpen;
  }

  send(bytes: Buffer, sender: StreamSender): void {
    if (!this.#isOpen) {
      queueMicrotask(() => sender.failed(this.#error('the connection is closed'), false));
      return;
    }
    sender.carried?.(this);
    this.#write(bytes, (error) => sender.failed(this.#error(error), false));
  }

  reply(bytes: Buffer): void {
    if (this.#isOpen) this.#write(bytes, () => undefined);
  }

  noteRequest(): void {
    // The response goes back by this connection or not at all; its Via is not read.
  }

  respond(response: SipResponse, onFailure: TransportFailure): SentResponse {
    return this.#host.respond(this, serialise(response), onFailure);
  }

  keep(keeping: FlowKeeping): KeptFlow {
    const kept = this.#pinger.keep(keeping);
    if (!this.#isOpen) this.#pinger.lost(this.#error('the connection is closed'));
    return kept;
  }

  /** Cuts the connection, without a report, and waits until the system has let go of it. */
  async destroy(): Promise<void> {
    this.#pinger.close();
    const gone = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    this.#close('the transport was closed');
    if (this.#socket.readyState !== this.#socket.CLOSED) await gone;
  }

  #receive(bytes: Buffer): void {
    if (!this.#isOpen) return;
    if (!this.#host.gate.hears(this.remote.address, true)) {
      this.#close('its source is blocked');
      return;
    }
    this.#firstWord?.cancel();
    this.#pinger.heard();
    if (!isKeepAlive(bytes)) {
      this.#host.door.take(bytes, this);
      return;
    }
    this.#host.counts.keepAlives++;
    // RFC 7118 section 6: the keep-alive of RFC 5626 may be used as well.
    if (bytes.length === 4) this.reply(PONG);
  }

  /** As text where it is text: that is what every browser's stack understands (RFC 7118 section 5.1). */
  #write(bytes: Buffer, onError: (error: Error) => void): void {
    this.#host.counts.sent++;
    this.#socket.send(bytes, { binary: !isUtf8(bytes) }, (error) => {
      if (error) onError(error);
    });
    if (this.#socket.bufferedAmount <= this.#host.limits.maxQueuedBytes) return;
    this.#host.counts.slowReaders++;
    this.#close('the peer does not read what it is sent');
  }

  #close(cause: unknown): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#firstWord?.cancel();
    this.#ping.close();
    this.#socket.terminate();
    this.#pinger.lost(this.#error(cause));
  }

  #error(cause: unknown): SipsirenError {
    return deliveryError(this.protocol, this.remote, cause);
  }
}
