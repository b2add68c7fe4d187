import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '../../base/clock.js';
import type { Log } from '../../base/log.js';
import { messageOf } from '../../base/errors.js';
import { serialise, type SipResponse, type Via } from '../message/index.js';
import type { SocketAddress } from './flow.js';
import type { FlowKeeping, KeptFlow } from './keep-flow.js';
import { isIpv6 } from './ip-address.js';
import type { Listener } from './listener.js';
import type { MessageDoor } from './message-door.js';
import { numericLookup } from './numeric-lookup.js';
import type { PeerFlow } from './peer-flow.js';
import { responseAddress } from './response-address.js';
import type { MutableCounts } from './transport-counts.js';
import { bindError, deliveryError } from './transport-error.js';
import type { ListeningPoint, SentRequest, SentResponse, TransportFailure } from './transport.js';
import { bindingResponse, isStun, readStun } from './stun-message.js';
import type { SourceGate } from './source-gate.js';
import type { TokenBucket } from './token-bucket.js';
import { UdpKeepAlive } from './udp-keep-alive.js';
import { UdpReachability } from './udp-reachability.js';

/** Room for a burst while the program is busy: about 4,000 messages. The system may grant less. */
const RECEIVE_BUFFER = 4 * 1_048_576;

export interface UdpListenerOptions {
  readonly point: ListeningPoint;
  readonly door: MessageDoor;
  readonly counts: MutableCounts;
  readonly clock: Clock;
  /** Bounds the answers to STUN. */
  readonly replies: TokenBucket;
  /** Says whose datagrams are read. */
  readonly gate: SourceGate;
  readonly log: Log;
}

/** SIP over UDP on one socket, for everything that comes in and everything that goes out. */
export class UdpListener implements Listener {
  readonly #door: MessageDoor;
  readonly #counts: MutableCounts;
  readonly #log: Log;
  readonly #reachability: UdpReachability;
  readonly #keepAlive: UdpKeepAlive;
  readonly #replies: TokenBucket;
  readonly #gate: SourceGate;
  #point: ListeningPoint;
  #socket: Socket | undefined;

  constructor(options: UdpListenerOptions) {
    this.#point = options.point;
    this.#door = options.door;
    this.#counts = options.counts;
    this.#log = options.log;
    this.#reachability = new UdpReachability(options.clock, options.point.address);
    this.#keepAlive = new UdpKeepAlive(options.clock, (bytes, to) => this.send(bytes, to));
    this.#replies = options.replies;
    this.#gate = options.gate;
  }

  get point(): ListeningPoint {
    return this.#point;
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  async open(): Promise<void> {
    const ipv6 = isIpv6(this.#point.address);
    const socket = createSocket({ type: ipv6 ? 'udp6' : 'udp4', ipv6Only: ipv6, lookup: numericLookup });
    // With a lookup that answers at once, binding is over before bind() returns.
    const listening = once(socket, 'listening');
    socket.bind({ address: this.#point.address, port: this.#point.port, exclusive: true });
    try {
      await listening;
    } catch (error) {
      socket.close();
      throw bindError(this.#point, error);
    }
    this.#enlargeBuffer(socket);
    socket.on('message', this.#receive);
    socket.on('error', (error) =>
      this.#log.warn('The UDP socket reports an error.', { error: messageOf(error) }),
    );
    this.#point = { ...this.#point, port: socket.address().port };
    this.#socket = socket;
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = undefined;
    this.#reachability.close();
    this.#keepAlive.close();
    socket.off('message', this.#receive);
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  }

  deliver(
    bytes: Buffer,
    to: SocketAddress,
    onFailure: TransportFailure,
    isAnswerExpected = false,
  ): SentRequest {
    const sent = new SentDatagram(this, bytes, to, onFailure);
    sent.resend();
    if (isAnswerExpected) this.#reachability.expectAnswer(to, sent.settled);
    return sent;
  }

  keepFlow(to: SocketAddress, options: FlowKeeping): KeptFlow {
    return this.#keepAlive.keep(to, options);
  }

  /**
   * Hands a datagram to the system, at once; `done` is called in a later tick. One socket serves every peer, so
   * it is not connected, and the system tells it nothing of a port where nobody listens: see `UdpReachability`.
   */
  send(bytes: Buffer, to: SocketAddress, done?: (error: Error | null) => void): void {
    if (!this.#socket) return;
    this.#counts.sent++;
    try {
      this.#socket.send(bytes, to.port, to.address, done);
    } catch (error) {
      // Port 0, which a peer may well have written into its Via.
      const reason = error instanceof Error ? error : new Error(messageOf(error));
      queueMicrotask(() => done?.(reason));
    }
  }

  countFailure(): void {
    this.#counts.failures++;
  }

  readonly #receive = (bytes: Buffer, source: RemoteInfo): void => {
    // A response is to something that we have asked; without an unguessable branch it is dropped in any case.
    if (!this.#gate.hears(source.address, false) && !isResponse(bytes)) {
      this.#counts.unheard++;
      return;
    }
    this.#reachability.heardFrom(source.address, source.port);
    if (isStun(bytes)) this.#takeStun(bytes, source);
    else this.#door.take(bytes, new UdpFlow(this, source));
  };

  /** Answers whoever asks for its address (RFC 5626 section 8), as long as that cannot be used to flood somebody. */
  #takeStun(bytes: Buffer, source: RemoteInfo): void {
    const message = readStun(bytes);
    if (!message) {
      this.#counts.malformed++;
      return;
    }
    this.#counts.keepAlives++;
    if (message.kind === 'response') this.#keepAlive.answered(message.id, message.mapped, source);
    else if (this.#replies.take()) this.send(bindingResponse(message.id, source), source);
    else this.#counts.droppedReplies++;
  }

  #enlargeBuffer(socket: Socket): void {
    try {
      socket.setRecvBufferSize(RECEIVE_BUFFER);
    } catch (error) {
      this.#log.debug('The system keeps its own UDP receive buffer size.', { error: messageOf(error) });
    }
  }
}

/** Whether a datagram says that it is a response; requests begin with their method. */
function isResponse(bytes: Buffer): boolean {
  return bytes[0] === 0x53 && bytes[1] === 0x49 && bytes[2] === 0x50 && bytes[3] === 0x2f;
}

/** The way back to the source of one datagram. */
class UdpFlow implements PeerFlow {
  readonly protocol = 'udp';
  readonly reliable = false;
  readonly framing = 'datagram';
  readonly remote: SocketAddress;
  readonly #listener: UdpListener;
  #via: Via | undefined;

  constructor(listener: UdpListener, remote: SocketAddress) {
    this.#listener = listener;
    this.remote = remote;
  }

  get local(): SocketAddress {
    return this.#listener.point;
  }

  get isOpen(): boolean {
    return this.#listener.isOpen;
  }

  reply(bytes: Buffer): void {
    this.#listener.send(bytes, this.remote);
  }

  noteRequest(via: Via): void {
    this.#via = via;
  }

  respond(response: SipResponse, onFailure: TransportFailure): SentResponse {
    const to = responseAddress(this.#via ?? response.topVia, this);
    return this.#listener.deliver(serialise(response), to, onFailure);
  }
}

/** A datagram that can be sent again. */
class SentDatagram implements SentRequest, SentResponse {
  readonly protocol = 'udp';
  readonly reliable = false;
  readonly #listener: UdpListener;
  readonly #bytes: Buffer;
  readonly #to: SocketAddress;
  #onFailure: TransportFailure | undefined;

  constructor(listener: UdpListener, bytes: Buffer, to: SocketAddress, onFailure: TransportFailure) {
    this.#listener = listener;
    this.#bytes = bytes;
    this.#to = to;
    this.#onFailure = onFailure;
  }

  resend(): void {
    this.#listener.send(this.#bytes, this.#to, this.settled);
  }

  /** What became of it: an error is passed on, the first one only. */
  readonly settled = (error: unknown): void => {
    // Node's callback gets null, and nothing at all from some paths.
    if (!error || !this.#onFailure || !this.#listener.isOpen) return;
    this.#listener.countFailure();
    const report = this.#onFailure;
    this.#onFailure = undefined;
    report(deliveryError('udp', this.#to, error));
  };
}
