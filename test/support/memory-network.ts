import type { Clock } from '../../src/base/clock.js';
import { milliseconds, type Duration } from '../../src/base/duration.js';
import { SipsirenError } from '../../src/base/errors.js';
import { silentLog } from '../../src/base/log.js';
import { serialise, type SipRequest, type SipResponse, type Via } from '../../src/sip/message/index.js';
import {
  isReliable,
  type Flow,
  type SocketAddress,
  type Target,
  type TransportProtocol,
} from '../../src/sip/transport/flow.js';
import { formatAddress, isSameFamily } from '../../src/sip/transport/ip-address.js';
import type { FlowKeeping, KeptFlow } from '../../src/sip/transport/keep-flow.js';
import { MessageDoor } from '../../src/sip/transport/message-door.js';
import { isPeerFlow, type PeerFlow } from '../../src/sip/transport/peer-flow.js';
import { responseAddress } from '../../src/sip/transport/response-address.js';
import { SentBySet } from '../../src/sip/transport/sent-by-set.js';
import { OPEN_GATE } from '../../src/sip/transport/source-gate.js';
import { TokenBucket } from '../../src/sip/transport/token-bucket.js';
import { newCounts, type TransportCounts } from '../../src/sip/transport/transport-counts.js';
import { deliveryError } from '../../src/sip/transport/transport-error.js';
import type {
  ListeningPoint,
  SentRequest,
  SentResponse,
  SipTransport,
  TransportFailure,
  TransportUser,
} from '../../src/sip/transport/transport.js';

export interface MemoryNetworkOptions {
  readonly clock: Clock;
  /** From 0 up to, not including, 1; a seeded one makes a run repeatable. Default: `Math.random`. */
  readonly random?: () => number;
  /** Share of datagrams that get lost, 0 to 1. Default 0. */
  readonly loss?: number;
  /** Share of datagrams that arrive twice. Default 0. */
  readonly duplication?: number;
  /** Share of datagrams that are held back by up to ten times the latency, or 50 ms. Default 0. */
  readonly reordering?: number;
  /** How long a message is on its way. Default 1 ms. */
  readonly latency?: Duration;
}

/** What a network counted. */
export interface MemoryNetworkCounts {
  delivered: number;
  lost: number;
  duplicated: number;
  heldBack: number;
}

/**
 * Joins transports in memory. Messages are serialised and parsed as on a wire and travel by the clock's
 * timers; UDP may lose, repeat and reorder them, streams keep them in order.
 */
export class MemoryNetwork {
  readonly clock: Clock;
  readonly counts: MemoryNetworkCounts = { delivered: 0, lost: 0, duplicated: 0, heldBack: 0 };
  /** May be changed while a test runs. */
  loss: number;
  duplication: number;
  reordering: number;
  latency: Duration;
  readonly #random: () => number;
  readonly #endpoints = new Map<string, MemoryTransport>();
  #nextPort = 49_152;

  constructor(options: MemoryNetworkOptions) {
    this.clock = options.clock;
    this.#random = options.random ?? Math.random;
    this.loss = options.loss ?? 0;
    this.duplication = options.duplication ?? 0;
    this.reordering = options.reordering ?? 0;
    this.latency = options.latency ?? milliseconds(1);
  }

  /** A transport at an address of this network; it joins with `start` and leaves with `close`. */
  transport(
    address: string,
    port: number,
    protocols: readonly TransportProtocol[] = ['udp', 'tcp'],
  ): MemoryTransport {
    return new MemoryTransport(this, { address, port }, protocols);
  }

  join(transport: MemoryTransport): void {
    for (const { protocol, address, port } of transport.points) {
      const key = keyOf(protocol, address, port);
      if (this.#endpoints.has(key))
        throw new SipsirenError('ADDRESS_IN_USE', `${key} is used by another program.`);
      this.#endpoints.set(key, transport);
    }
  }

  leave(transport: MemoryTransport): void {
    for (const { protocol, address, port } of transport.points)
      this.#endpoints.delete(keyOf(protocol, address, port));
  }

  endpoint(protocol: TransportProtocol, to: SocketAddress): MemoryTransport | undefined {
    return this.#endpoints.get(keyOf(protocol, to.address, to.port));
  }

  /** A port for the dialling end of a stream. */
  ephemeralPort(): number {
    this.#nextPort = this.#nextPort === 65_535 ? 49_152 : this.#nextPort + 1;
    return this.#nextPort;
  }

  /** Carries something that nothing happens to. */
  carry(arrive: () => void): void {
    this.counts.delivered++;
    this.clock.startTimer('memory network', this.latency, arrive);
  }

  /** Carries a datagram, if fate wills. */
  carryDatagram(arrive: () => void): void {
    if (this.#random() < this.loss) {
      this.counts.lost++;
      return;
    }
    this.counts.delivered++;
    this.clock.startTimer('memory network', this.#delay(), arrive);
    if (this.#random() >= this.duplication) return;
    this.counts.duplicated++;
    this.clock.startTimer('memory network', this.#delay(), arrive);
  }

  #delay(): Duration {
    if (this.#random() >= this.reordering) return this.latency;
    this.counts.heldBack++;
    return milliseconds(this.latency + this.#random() * Math.max(50, this.latency * 10));
  }
}

/** A stream between two transports: end 0 dialled, end 1 accepted. */
class MemoryConnection {
  isOpen = true;
  readonly flows: readonly [MemoryStreamFlow, MemoryStreamFlow];

  constructor(
    protocol: TransportProtocol,
    dialler: MemoryTransport,
    from: SocketAddress,
    acceptor: MemoryTransport,
  ) {
    const to = acceptor.localAddressFor();
    this.flows = [
      new MemoryStreamFlow({ connection: this, protocol, owner: dialler, local: from, remote: to }),
      new MemoryStreamFlow({ connection: this, protocol, owner: acceptor, local: to, remote: from }),
    ];
  }
}

/** A SIP transport on a `MemoryNetwork`. */
export class MemoryTransport implements SipTransport {
  seenAs?: (target: Target) => SocketAddress | undefined;
  /** The flows that somebody wants kept, and where to. */
  readonly keptFlows = new Map<FlowKeeping, Target>();
  readonly points: readonly ListeningPoint[];
  readonly #network: MemoryNetwork;
  readonly #address: SocketAddress;
  readonly #counts = newCounts();
  readonly #sentBy = new SentBySet();
  readonly #streams = new Map<string, MemoryStreamFlow>();
  #door: MessageDoor | undefined;

  constructor(network: MemoryNetwork, address: SocketAddress, protocols: readonly TransportProtocol[]) {
    this.#network = network;
    this.#address = address;
    this.points = protocols.map((protocol) => ({ protocol, ...address }));
    this.#sentBy.add(address.address, address.port);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- The port is asynchronous, since sockets are.
  async start(user: TransportUser): Promise<void> {
    this.#network.join(this);
    this.#door = new MessageDoor({
      user,
      counts: this.#counts,
      sentBy: this.#sentBy,
      replies: new TokenBucket(this.#network.clock, 50),
      gate: OPEN_GATE,
      log: silentLog,
    });
  }

  close(): Promise<void> {
    if (!this.isOpen) return Promise.resolve();
    this.#door = undefined;
    this.#network.leave(this);
    this.disconnect();
    return Promise.resolve();
  }

  /** Cuts every stream, as when a firewall forgets them; whoever keeps a flow hears of it. */
  disconnect(): void {
    for (const flow of this.#streams.values()) flow.connection.isOpen = false;
    this.#streams.clear();
    const lost = [...this.keptFlows].filter(([, target]) => isReliable(target.protocol));
    for (const [keeping] of lost) this.keptFlows.delete(keeping);
    for (const [keeping, target] of lost) {
      const error = deliveryError(target.protocol, target, 'the connection was cut');
      queueMicrotask(() => keeping.onLost(error));
    }
  }

  /** Nothing is sent: a stream lives until `disconnect` cuts it. */
  keepFlow(target: Target, keeping: FlowKeeping): KeptFlow {
    this.keptFlows.set(keeping, target);
    return { close: () => void this.keptFlows.delete(keeping) };
  }

  get isOpen(): boolean {
    return this.#door !== undefined;
  }

  get listening(): readonly ListeningPoint[] {
    return this.isOpen ? this.points : [];
  }

  get counts(): TransportCounts {
    return this.#counts;
  }

  get network(): MemoryNetwork {
    return this.#network;
  }

  canReach(target: Target): boolean {
    return (
      this.isOpen &&
      isSameFamily(target.address, this.#address.address) &&
      this.points.some((point) => point.protocol === target.protocol)
    );
  }

  localAddressFor(): SocketAddress {
    return this.#address;
  }

  sendRequest(
    request: SipRequest,
    target: Target,
    onFailure: TransportFailure,
    onCarried?: (flow: Flow) => void,
  ): SentRequest {
    const { address, port } = this.seenAs?.(target) ?? this.#address;
    this.#sentBy.add(address, port);
    request.setTopVia({ transport: target.protocol, host: address, port, rport: true });
    const sent = this.deliver(serialise(request), target, onFailure);
    const stream = this.#streams.get(formatAddress(target.address, target.port));
    if (stream !== undefined && isReliable(target.protocol)) onCarried?.(stream);
    return sent;
  }

  sendResponse(response: SipResponse, flow: Flow, onFailure: TransportFailure): SentResponse {
    if (!isPeerFlow(flow))
      throw new SipsirenError('INTERNAL', 'A flow of another transport was given for a response.');
    return flow.respond(response, onFailure);
  }

  deliver(bytes: Buffer, target: Target, onFailure: TransportFailure): SentRequest {
    const sent = new MemorySent(this, bytes, target, onFailure);
    sent.resend();
    return sent;
  }

  /** Puts bytes on the wire. False where nobody stands at the other end, which the sender learns later. */
  transmit(bytes: Buffer, target: Target, failed: (reason: string) => void): void {
    if (!this.isOpen) return;
    this.#counts.sent++;
    if (isReliable(target.protocol)) this.#transmitOnStream(bytes, target, failed);
    else this.#transmitDatagram(bytes, target, failed);
  }

  /** Takes in what arrived for this address. */
  receive(bytes: Buffer, flow: PeerFlow): void {
    this.#door?.take(bytes, flow);
  }

  /** The other end of a stream that somebody opened to this address. */
  accept(flow: MemoryStreamFlow): void {
    this.#streams.set(formatAddress(flow.remote.address, flow.remote.port), flow);
  }

  #transmitDatagram(bytes: Buffer, target: Target, failed: (reason: string) => void): void {
    this.#network.carryDatagram(() => {
      const peer = this.#network.endpoint(target.protocol, target);
      if (peer) peer.receive(bytes, new MemoryDatagramFlow(peer, this.#address, target.protocol));
      else if (this.isOpen) failed('nothing listens there');
    });
  }

  #transmitOnStream(bytes: Buffer, target: Target, failed: (reason: string) => void): void {
    const key = formatAddress(target.address, target.port);
    let flow = this.#streams.get(key);
    if (!flow?.isOpen) {
      flow = this.#dial(target);
      if (flow) this.#streams.set(key, flow);
    }
    if (flow) flow.transmit(bytes, failed);
    else {
      this.#network.carry(() => {
        if (this.isOpen) failed('nothing listens there');
      });
    }
  }

  #dial(target: Target): MemoryStreamFlow | undefined {
    const peer = this.#network.endpoint(target.protocol, target);
    if (!peer) return undefined;
    const from = { address: this.#address.address, port: this.#network.ephemeralPort() };
    const [near, far] = new MemoryConnection(target.protocol, this, from, peer).flows;
    peer.accept(far);
    return near;
  }
}

class MemorySent implements SentRequest, SentResponse {
  readonly #from: MemoryTransport;
  readonly #bytes: Buffer;
  readonly #target: Target;
  #onFailure: TransportFailure | undefined;

  constructor(from: MemoryTransport, bytes: Buffer, target: Target, onFailure: TransportFailure) {
    this.#from = from;
    this.#bytes = bytes;
    this.#target = target;
    this.#onFailure = onFailure;
  }

  get protocol(): TransportProtocol {
    return this.#target.protocol;
  }

  get reliable(): boolean {
    return isReliable(this.#target.protocol);
  }

  resend(): void {
    this.#from.transmit(this.#bytes, this.#target, this.#failed);
  }

  readonly #failed = (reason: string): void => {
    const report = this.#onFailure;
    this.#onFailure = undefined;
    report?.(deliveryError(this.#target.protocol, this.#target, reason));
  };
}

class MemoryDatagramFlow implements PeerFlow {
  readonly reliable = false;
  readonly framing = 'datagram';
  readonly protocol: TransportProtocol;
  readonly remote: SocketAddress;
  readonly #owner: MemoryTransport;
  #via: Via | undefined;

  constructor(owner: MemoryTransport, remote: SocketAddress, protocol: TransportProtocol) {
    this.#owner = owner;
    this.remote = remote;
    this.protocol = protocol;
  }

  get local(): SocketAddress {
    return this.#owner.localAddressFor();
  }

  get isOpen(): boolean {
    return this.#owner.isOpen;
  }

  reply(bytes: Buffer): void {
    this.#owner.transmit(bytes, { protocol: this.protocol, ...this.remote }, () => undefined);
  }

  noteRequest(via: Via): void {
    this.#via = via;
  }

  respond(response: SipResponse, onFailure: TransportFailure): SentResponse {
    const to = responseAddress(this.#via ?? response.topVia, this);
    return this.#owner.deliver(serialise(response), { protocol: this.protocol, ...to }, onFailure);
  }
}

interface MemoryStreamFlowOptions {
  readonly connection: MemoryConnection;
  readonly protocol: TransportProtocol;
  readonly owner: MemoryTransport;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
}

/** One end of a stream. */
class MemoryStreamFlow implements PeerFlow {
  readonly reliable = true;
  readonly framing = 'stream';
  readonly connection: MemoryConnection;
  readonly protocol: TransportProtocol;
  readonly owner: MemoryTransport;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;

  constructor(options: MemoryStreamFlowOptions) {
    this.connection = options.connection;
    this.protocol = options.protocol;
    this.owner = options.owner;
    this.local = options.local;
    this.remote = options.remote;
  }

  get isOpen(): boolean {
    return this.connection.isOpen;
  }

  transmit(bytes: Buffer, failed: (reason: string) => void): void {
    const [near, far] = this.connection.flows;
    const other = this === near ? far : near;
    this.owner.network.carry(() => {
      if (this.isOpen) other.owner.receive(bytes, other);
      else if (this.owner.isOpen) failed('the peer closed the connection');
    });
  }

  reply(bytes: Buffer): void {
    if (this.isOpen) this.transmit(bytes, () => undefined);
  }

  noteRequest(): void {
    // As with sockets, a response on a closed stream reads its own Via.
  }

  respond(response: SipResponse, onFailure: TransportFailure): SentResponse {
    // The request's connection is known by its remote address; once closed, a new one goes to the top Via.
    const to = this.isOpen ? this.remote : responseAddress(response.topVia, this);
    return this.owner.deliver(serialise(response), { protocol: this.protocol, ...to }, onFailure);
  }
}

function keyOf(protocol: TransportProtocol, address: string, port: number): string {
  return `${protocol} ${formatAddress(address, port)}`;
}
