import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../base/clock.js';
import { seconds, milliseconds } from '../../base/duration.js';
import { SipsirenError } from '../../base/errors.js';
import { serialise, StreamFramer, type Frame, type SipResponse } from '../message/index.js';
import type { Target, TransportProtocol, SocketAddress } from './flow.js';
import type { FlowKeeping, KeptFlow } from './keep-flow.js';
import type { MessageConnection, StreamSender } from './message-connection.js';
import type { MessageDoor } from './message-door.js';
import type { PeerFlow } from './peer-flow.js';
import { responseAddress } from './response-address.js';
import { StreamPinger } from './stream-pinger.js';
import type { SourceGate } from './source-gate.js';
import type { TlsFacts } from './tls-settings.js';
import { deliveryError } from './transport-error.js';
import type { MutableCounts } from './transport-counts.js';
import type { TransportLimits } from './transport-limits.js';
import type { ListeningPoint, SentResponse, TransportFailure } from './transport.js';

/** RFC 5626 section 4.4.1: a double CRLF is answered with a single one. */
const PONG = Buffer.from('\r\n');
const PING = Buffer.from('\r\n\r\n');
/** How long a peer may take to read what was last written before its connection is cut. */
const LINGER = seconds(2);
/** How many messages may wait for the first word of a peer, to be told if it hangs up instead. */
const MAX_UNHEARD = 100;

/** What a connection needs of the transport around it. */
export interface StreamConnectionHost {
  readonly clock: Clock;
  readonly limits: TransportLimits;
  readonly door: MessageDoor;
  readonly gate: SourceGate;
  readonly counts: MutableCounts;
  /** The connection takes nothing more to send. */
  onClosed(connection: StreamConnection): void;
  /** The system has let go of the connection. */
  onGone(connection: StreamConnection): void;
  /** Sends a response, on a new connection to `fallback` once its own is closed. */
  respond(
    connection: StreamConnection,
    bytes: Buffer,
    fallback: () => Target,
    onFailure: TransportFailure,
  ): SentResponse;
}

export interface StreamConnectionOptions {
  readonly protocol: TransportProtocol;
  readonly socket: Socket;
  readonly remote: SocketAddress;
  /** The listening point that it came to, or left from. */
  readonly point: ListeningPoint;
  /** What its pool finds it by. */
  readonly key: string;
  readonly host: StreamConnectionHost;
  /** What was dialled, and the event after which the socket can carry messages; left out for one that a peer opened. */
  readonly dialled?: { readonly to: Target; readonly openedEvent: string };
  /** Looks at the peer once the socket is open. Throws SIP_UNTRUSTED. Default: any peer will do. */
  readonly inspect?: (socket: Socket) => TlsFacts | undefined;
}

interface Waiting {
  readonly bytes: Buffer;
  readonly sender: StreamSender;
}

/**
 * One stream connection, dialled or accepted.
 *
 *     dialled ──▶ dialling ──opened──▶ open ──end, error, limit, idle──▶ closed
 *                     └──refused, timeout─────────────────────────────────▶ closed
 *     accepted ─────────────────────▶ open ──broken stream──▶ finishing ──▶ closed
 */
export class StreamConnection implements PeerFlow, MessageConnection {
  readonly protocol: TransportProtocol;
  readonly reliable = true;
  readonly framing = 'stream';
  readonly remote: SocketAddress;
  readonly point: ListeningPoint;
  readonly key: string;
  /** Whether we opened it. */
  readonly isDialled: boolean;
  readonly #target: Target | undefined;
  readonly #socket: Socket;
  readonly #host: StreamConnectionHost;
  readonly #framer: StreamFramer;
  #state: 'dialling' | 'open' | 'finishing' | 'closed';
  #cause: unknown;
  /** Whether it was not we who closed it. */
  #isLost = false;
  #local: SocketAddress | undefined;
  #tls: TlsFacts | undefined;
  readonly #inspect: StreamConnectionOptions['inspect'];
  #pinger: StreamPinger | undefined;
  /** Whose messages a peer was sent from which nothing has come yet. */
  #unheard: StreamSender[] | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #lastActivity: number;
  #timer: Timer | undefined;
  #receiveTimer: Timer | undefined;
  #lingerTimer: Timer | undefined;

  constructor(options: StreamConnectionOptions) {
    const { socket, host, dialled } = options;
    this.protocol = options.protocol;
    this.remote = options.remote;
    this.point = options.point;
    this.key = options.key;
    this.isDialled = dialled !== undefined;
    this.#target = dialled?.to;
    this.#socket = socket;
    this.#host = host;
    this.#framer = new StreamFramer({ body: host.limits.maxBody });
    this.#inspect = options.inspect;
    this.#lastActivity = host.clock.now();
    this.#state = this.isDialled ? 'dialling' : 'open';
    socket.on('error', (error) => this.#closedByPeer(error));
    socket.on('end', () => this.#closedByPeer('the peer closed the connection'));
    socket.on('close', () => {
      this.#closedByPeer('the connection was closed');
      host.onGone(this);
    });
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    if (dialled === undefined) {
      this.#tls = this.#inspect?.(socket);
      this.#startIdleTimer(host.limits.idleTimeout);
      // A peer that opens a connection and says nothing holds a place that others may need.
      this.#startReceiveTimer();
    } else {
      this.#unheard = [];
      socket.once(dialled.openedEvent, () => this.#opened());
      this.#timer = host.clock.startTimer(`${this.protocol} dial`, host.limits.dialTimeout, () =>
        this.#dialTimedOut(),
      );
    }
  }

  get isOpen(): boolean {
    return this.#state === 'open' || this.#state === 'dialling';
  }

  /** Open, and not dialling any more. */
  get isConnected(): boolean {
    return this.#state === 'open';
  }

  get tls(): TlsFacts | undefined {
    return this.#tls;
  }

  get local(): SocketAddress {
    if (this.#local) return this.#local;
    const { localAddress, localPort } = this.#socket;
    if (localAddress === undefined || localPort === undefined) return { address: '', port: 0 };
    this.#local = { address: localAddress, port: localPort };
    return this.#local;
  }

  /** Writes bytes, or keeps them until the connection is open. The sender hears only of failure. */
  send(bytes: Buffer, sender: StreamSender): void {
    if (this.#state === 'dialling') {
      this.#waitingBytes += bytes.length;
      if (this.#waitingBytes <= this.#host.limits.maxQueuedBytes) this.#waiting.push({ bytes, sender });
      else queueMicrotask(() => sender.failed(this.#error('too much waits for the connection'), false));
      return;
    }
    if (!this.isOpen) {
      queueMicrotask(() => sender.failed(this.#error('the connection is closed'), true));
      return;
    }
    this.#write(bytes, sender);
  }

  /** Asks the peer from time to time whether it is there. */
  keep(options: FlowKeeping): KeptFlow {
    this.#pinger ??= new StreamPinger({
      clock: this.#host.clock,
      ping: () => this.#ping(),
      onSilence: () => this.#closedByPeer('the peer does not answer keep-alives any more'),
    });
    const kept = this.#pinger.keep(options);
    if (!this.isOpen) this.#pinger.lost(this.#error(this.#cause));
    return kept;
  }

  reply(bytes: Buffer): void {
    if (this.isOpen) this.#write(bytes);
  }

  noteRequest(): void {
    // A stream carries many requests; where it is closed, the response's own Via is read.
  }

  respond(response: SipResponse, onFailure: TransportFailure): SentResponse {
    // Its Via is read only once the connection is closed.
    const fallback = (): Target => {
      const via = response.topVia;
      return { protocol: this.protocol, ...responseAddress(via, this), serverName: via.host };
    };
    return this.#host.respond(this, serialise(response), fallback, onFailure);
  }

  /** Cuts the connection and waits until the system has let go of it. */
  async destroy(): Promise<void> {
    this.#pinger?.close();
    this.#unheard = undefined;
    this.#close('the transport was closed');
    if (!this.#socket.closed)
      await new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
  }

  #opened(): void {
    if (this.#state !== 'dialling') return;
    try {
      this.#tls = this.#inspect?.(this.#socket);
    } catch (error) {
      this.#close(error);
      return;
    }
    this.#state = 'open';
    this.#timer?.cancel();
    this.#startIdleTimer(this.#host.limits.idleTimeout);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { bytes, sender } of waiting) this.#write(bytes, sender);
  }

  #write(bytes: Buffer, sender?: StreamSender): void {
    this.#host.counts.sent++;
    this.#lastActivity = this.#host.clock.now();
    sender?.carried?.(this);
    if (sender && this.#unheard && this.#unheard.length < MAX_UNHEARD) this.#unheard.push(sender);
    this.#socket.write(bytes, (error) => {
      if (error) sender?.failed(this.#error(this.#cause ?? error), this.#isLost);
    });
    if (this.#socket.writableLength <= this.#host.limits.maxQueuedBytes) return;
    this.#host.counts.slowReaders++;
    this.#close('the peer does not read what it is sent');
  }

  #receive(chunk: Buffer): void {
    if (!this.isOpen) return;
    if (!this.isDialled && !this.#host.gate.hears(this.remote.address, true)) {
      this.#close('its source is blocked');
      return;
    }
    this.#lastActivity = this.#host.clock.now();
    this.#unheard = undefined;
    this.#pinger?.heard();
    const frames = this.#framer.push(chunk);
    for (const frame of frames) {
      if (!this.#take(frame)) return;
    }
    this.#watchPartial(frames.length > 0);
  }

  /** False where the connection ended over it, and what came behind it counts no more. */
  #take(frame: Frame): boolean {
    switch (frame.kind) {
      case 'message':
        this.#host.door.take(frame.bytes, this);
        break;
      case 'ping':
        this.#host.counts.keepAlives++;
        this.reply(PONG);
        break;
      case 'pong':
        this.#host.counts.keepAlives++;
        this.#pinger?.pong();
        break;
      case 'broken':
        this.#host.door.refuse(frame, this);
        this.#finish();
        break;
    }
    return this.isOpen;
  }

  #ping(): void {
    if (this.#state !== 'open') return;
    this.#lastActivity = this.#host.clock.now();
    this.#socket.write(PING);
  }

  /** A message that began must come in full in time, however slowly its octets drip in. */
  #watchPartial(complete: boolean): void {
    if (complete || this.#framer.isEmpty) {
      this.#receiveTimer?.cancel();
      this.#receiveTimer = undefined;
    }
    if (!this.#framer.isEmpty && !this.#receiveTimer) this.#startReceiveTimer();
  }

  #startReceiveTimer(): void {
    const { clock, limits, counts, gate } = this.#host;
    this.#receiveTimer = clock.startTimer(`${this.protocol} receive`, limits.receiveTimeout, () => {
      counts.stalledConnections++;
      gate.note(this.remote.address, 'malformed');
      this.#close('a message did not come in full in time');
    });
  }

  /** One timer per idle period, not one per message: when it fires it looks how long the silence really is. */
  #startIdleTimer(delay: number): void {
    const { clock, limits } = this.#host;
    this.#timer = clock.startTimer(`${this.protocol} idle`, milliseconds(delay), () => {
      const left = this.#lastActivity + limits.idleTimeout - clock.now();
      if (left > 0) this.#startIdleTimer(left);
      else this.#close('nothing was said on the connection');
    });
  }

  #dialTimedOut(): void {
    this.#close(`no connection within ${this.#host.limits.dialTimeout / 1_000} s`);
  }

  /** Lets what was written reach the peer, then closes. */
  #finish(): void {
    this.#state = 'finishing';
    this.#socket.end();
    this.#lingerTimer = this.#host.clock.startTimer(`${this.protocol} linger`, LINGER, () =>
      this.#close('it was broken'),
    );
    this.#host.onClosed(this);
  }

  #closedByPeer(cause: unknown): void {
    if (this.#state !== 'closed') this.#isLost = true;
    this.#close(cause);
  }

  #close(cause: unknown): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cause = cause;
    this.#timer?.cancel();
    this.#receiveTimer?.cancel();
    this.#lingerTimer?.cancel();
    const waiting = this.#waiting;
    this.#waiting = [];
    const unheard = this.#unheard ?? [];
    this.#unheard = undefined;
    this.#socket.destroy();
    this.#host.onClosed(this);
    const error = this.#error(cause);
    for (const { sender } of waiting) sender.failed(error, this.#isLost);
    // Whoever is thrown out before a word was said gets no answer any more, and need not wait for its timeout.
    if (typeof cause !== 'string') for (const sender of unheard) sender.failed(error, false);
    this.#pinger?.lost(error);
  }

  #error(cause: unknown): SipsirenError {
    return cause instanceof SipsirenError
      ? cause
      : deliveryError(this.protocol, this.#target ?? this.remote, cause);
  }
}
