import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { expect } from '@jest/globals';
import type { SipsirenError } from '../../src/base/errors.js';
import { NameAddress, parseUri, SipRequest } from '../../src/sip/message/index.js';
import type { Target } from '../../src/sip/transport/flow.js';
import { SocketTransport, type SocketTransportOptions } from '../../src/sip/transport/socket-transport.js';
import type { ListeningPoint } from '../../src/sip/transport/transport.js';
import { FakeClock } from './fake-clock.js';
import { RecordingTransportUser } from './recording-transport-user.js';

export const ANY_UDP: ListeningPoint = { protocol: 'udp', address: '127.0.0.1', port: 0 };
export const ANY_TLS: ListeningPoint = { protocol: 'tls', address: '127.0.0.1', port: 0 };
export const ANY_TCP: ListeningPoint = { protocol: 'tcp', address: '127.0.0.1', port: 0 };

/** Transports with real sockets and peers without any stack, all closed at the end. */
export class TransportScene {
  readonly clock = new FakeClock();
  readonly #open: (() => Promise<void> | void)[] = [];

  /** Closes everything in the opposite order; no timer may be left over. */
  async close(): Promise<void> {
    for (const close of this.#open.reverse()) await close();
    expect(this.clock.pending).toEqual([]);
  }

  closeLater(close: () => Promise<void> | void): void {
    this.#open.push(close);
  }

  async started(
    listen: readonly ListeningPoint[],
    options: Partial<SocketTransportOptions> = {},
  ): Promise<{ transport: SocketTransport; user: RecordingTransportUser }> {
    const user = new RecordingTransportUser();
    const transport = new SocketTransport({ listen, clock: this.clock, ...options });
    await transport.start(user);
    this.closeLater(() => transport.close());
    return { transport, user };
  }

  async udpPeer(address = '127.0.0.1'): Promise<UdpSocket> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    this.closeLater(() => void socket.close());
    return socket;
  }

  /** A port where nobody listens any more. */
  async deadUdpPort(): Promise<number> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    await once(socket, 'close');
    return port;
  }

  async tcpPeer(to: Target): Promise<Socket> {
    const socket = connect(to.port, to.address);
    socket.on('error', () => socket.destroy());
    await once(socket, 'connect');
    this.closeLater(() => void socket.destroy());
    return socket;
  }

  async tcpServer(): Promise<{
    server: Server;
    target: Target;
    accepted: (index?: number) => Promise<Socket>;
  }> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      server.emit('accepted');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.closeLater(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('The server has no port.');
    const accepted = async (index = 0): Promise<Socket> => {
      while (sockets.length <= index) await once(server, 'accepted');
      return sockets[index]!;
    };
    return { server, target: { protocol: 'tcp', address: '127.0.0.1', port: bound.port }, accepted };
  }
}

/** Where a transport listens by a protocol. */
export function at(transport: SocketTransport, protocol: 'udp' | 'tcp' | 'tls'): Target {
  const point = transport.listening.find((candidate) => candidate.protocol === protocol);
  if (!point) throw new Error(`There is no ${protocol} listening point.`);
  return { protocol, address: point.address, port: point.port };
}

export function options(body?: string, method = 'OPTIONS'): SipRequest {
  const request = SipRequest.create({
    method,
    uri: parseUri('sip:siren@127.0.0.1'),
    from: new NameAddress({ uri: parseUri('sip:tester@127.0.0.1'), tag: '1' }),
    to: new NameAddress({ uri: parseUri('sip:siren@127.0.0.1') }),
    callId: 'call-1',
    sequence: 1,
    body,
  });
  request.headers.prepend('Via', 'SIP/2.0/UDP placeholder;branch=z9hG4bK-1');
  return request;
}

/** What a foreign peer writes, with a Via of its own. */
export function foreignOptions(via: string, lines: readonly string[] = []): string {
  const all = [
    'OPTIONS sip:siren@127.0.0.1 SIP/2.0',
    `Via: ${via}`,
    'Max-Forwards: 70',
    'From: <sip:tester@127.0.0.1>;tag=1',
    'To: <sip:siren@127.0.0.1>',
    'Call-ID: call-1',
    'CSeq: 1 OPTIONS',
    ...lines,
    'Content-Length: 0',
  ];
  return `${all.join('\r\n')}\r\n\r\n`;
}

export function unexpected(error: SipsirenError): void {
  throw error;
}

/** A promise of the failure that a sender is told. */
export function failure(): {
  readonly promise: Promise<SipsirenError>;
  readonly report: (error: SipsirenError) => void;
} {
  let report: (error: SipsirenError) => void = unexpected;
  const promise = new Promise<SipsirenError>((resolve) => (report = resolve));
  return { promise, report: (error) => report(error) };
}

export async function nextDatagram(socket: UdpSocket): Promise<Buffer> {
  const [bytes] = (await once(socket, 'message')) as [Buffer];
  return bytes;
}

export async function nextChunk(socket: Socket): Promise<string> {
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString();
}

/** Turns the event loop, which takes in what is under way, until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns === 200_000) throw new Error(`It never happened: ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
