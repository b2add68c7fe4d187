import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { RecordingTransportUser } from '../../../test/support/recording-transport-user.js';
import { minutes, seconds } from '../../base/duration.js';
import type { SipsirenError } from '../../base/errors.js';
import {
  NameAddress,
  parseMessage,
  parseUri,
  SipRequest,
  SipResponse,
  type SipMessage,
} from '../message/index.js';
import type { Target } from './flow.js';
import { SocketTransport, type SocketTransportOptions } from './socket-transport.js';
import type { ListeningPoint, TransportUser } from './transport.js';

const ANY_UDP: ListeningPoint = { protocol: 'udp', address: '127.0.0.1', port: 0 };
const ANY_TCP: ListeningPoint = { protocol: 'tcp', address: '127.0.0.1', port: 0 };

let clock: FakeClock;
/** What a test opened, closed after it in the opposite order. */
let open: (() => Promise<void> | void)[];

beforeEach(() => {
  clock = new FakeClock();
  open = [];
});

afterEach(async () => {
  for (const close of open.reverse()) await close();
  expect(clock.pending).toEqual([]);
});

async function started(
  listen: readonly ListeningPoint[],
  options: Partial<SocketTransportOptions> = {},
): Promise<{ transport: SocketTransport; user: RecordingTransportUser }> {
  const user = new RecordingTransportUser();
  const transport = new SocketTransport({ listen, clock, ...options });
  await transport.start(user);
  open.push(() => transport.close());
  return { transport, user };
}

/** Where a transport listens by a protocol. */
function at(transport: SocketTransport, protocol: 'udp' | 'tcp'): Target {
  const point = transport.listening.find((candidate) => candidate.protocol === protocol);
  if (!point) throw new Error(`There is no ${protocol} listening point.`);
  return { protocol, address: point.address, port: point.port };
}

function options(body?: string): SipRequest {
  const request = SipRequest.create({
    method: 'OPTIONS',
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
function foreignOptions(via: string, lines: readonly string[] = []): string {
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

function unexpected(error: SipsirenError): void {
  throw error;
}

/** A promise of the failure that a sender is told. */
function failure(): {
  readonly promise: Promise<SipsirenError>;
  readonly report: (error: SipsirenError) => void;
} {
  let report: (error: SipsirenError) => void = unexpected;
  const promise = new Promise<SipsirenError>((resolve) => (report = resolve));
  return { promise, report: (error) => report(error) };
}

async function udpPeer(address = '127.0.0.1'): Promise<UdpSocket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  open.push(() => void socket.close());
  return socket;
}

async function tcpPeer(to: Target): Promise<Socket> {
  const socket = connect(to.port, to.address);
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  open.push(() => void socket.destroy());
  return socket;
}

async function tcpServer(): Promise<{
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
  open.push(() => {
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

async function nextDatagram(socket: UdpSocket): Promise<Buffer> {
  const [bytes] = (await once(socket, 'message')) as [Buffer];
  return bytes;
}

async function nextChunk(socket: Socket): Promise<string> {
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString();
}

/** Turns the event loop, which takes in what is under way, until a condition holds. */
async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns === 200_000) throw new Error(`It never happened: ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe.each([
  ['udp', '127.0.0.1'],
  ['udp', '::1'],
  ['tcp', '127.0.0.1'],
  ['tcp', '::1'],
] as const)('SIP over %s at %s', (protocol, address) => {
  it('carries a request and its response', async () => {
    const point = { protocol, address, port: 0 };
    const caller = await started([point]);
    const callee = await started([point]);

    const sent = caller.transport.sendRequest(options(), at(callee.transport, protocol), unexpected);
    const { message: request, flow } = await callee.user.request();
    callee.transport.sendResponse(SipResponse.to(request, 200, { toTag: 'x' }), flow, unexpected);
    const { message: response } = await caller.user.response();

    expect(response.status).toBe(200);
    expect(sent.protocol).toBe(protocol);
    expect(sent.reliable).toBe(protocol === 'tcp');
    expect(flow.reliable).toBe(protocol === 'tcp');
    expect(request.topVia.transport).toBe(protocol);
    expect(request.topVia.host).toBe(address);
    expect(request.topVia.port).toBe(at(caller.transport, protocol).port);
    expect(request.topVia.branch).toBe('z9hG4bK-1');
    expect(request.topVia.received).toBe(address);
    expect(request.topVia.rport).toBe(flow.remote.port);
    expect(flow.local).toEqual(
      expect.objectContaining({ address, port: at(callee.transport, protocol).port }),
    );
    expect(caller.transport.counts).toMatchObject({ received: 1, sent: 1, failures: 0 });
  });

  it('sends the same bytes again', async () => {
    const point = { protocol, address, port: 0 };
    const caller = await started([point]);
    const callee = await started([point]);

    caller.transport.sendRequest(options(), at(callee.transport, protocol), unexpected).resend();
    const first = await callee.user.request(0);
    const second = await callee.user.request(1);
    const answer = callee.transport.sendResponse(SipResponse.to(first.message, 180), first.flow, unexpected);
    answer.resend();
    await caller.user.response(1);

    expect(second.message.topVia.branch).toBe(first.message.topVia.branch);
    expect(caller.transport.counts.received).toBe(2);
  });
});

describe('Listening', () => {
  it('shares one port number between protocols and families', async () => {
    const { transport } = await started([ANY_UDP]);
    const { port } = at(transport, 'udp');
    const { transport: other } = await started([
      { protocol: 'tcp', address: '127.0.0.1', port },
      { protocol: 'udp', address: '::', port },
      { protocol: 'tcp', address: '::', port },
    ]);

    expect(other.listening.map((point) => point.port)).toEqual([port, port, port]);
  });

  it.each(['udp', 'tcp'] as const)(
    'names the %s port that another program has, and binds nothing',
    async (protocol) => {
      const first = await started([{ protocol, address: '127.0.0.1', port: 0 }]);
      const { port } = at(first.transport, protocol);
      const second = new SocketTransport({
        listen: [ANY_UDP, { protocol, address: '127.0.0.1', port }],
        clock,
      });

      await expect(second.start(new RecordingTransportUser())).rejects.toMatchObject({
        code: 'ADDRESS_IN_USE',
        message: `${protocol.toUpperCase()} 127.0.0.1:${port} is used by another program.`,
      });
      expect(second.listening).toEqual([]);
    },
  );

  it('refuses an address that the machine does not have', async () => {
    const transport = new SocketTransport({
      listen: [{ protocol: 'udp', address: '203.0.113.7', port: 0 }],
      clock,
    });

    await expect(transport.start(new RecordingTransportUser())).rejects.toMatchObject({
      code: 'ADDRESS_NOT_AVAILABLE',
    });
  });

  it('takes the same port again right after it was closed, with a connection just cut', async () => {
    const first = await started([ANY_TCP]);
    const point = at(first.transport, 'tcp');
    const peer = await tcpPeer(point);
    peer.write(foreignOptions('SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK-1'));
    await first.user.request();
    await first.transport.close();

    const second = await started([point]);

    expect(at(second.transport, 'tcp').port).toBe(point.port);
  });

  it('tells nobody anything once it is closed', async () => {
    const { transport } = await started([ANY_UDP, ANY_TCP]);
    const { target } = await tcpServer();
    transport.sendRequest(options(), target, unexpected);
    transport.sendRequest(options(), { protocol: 'udp', address: '8.8.8.8', port: 5060 }, unexpected);
    const sent = transport.sendRequest(options(), at(transport, 'udp'), unexpected);

    await transport.close();
    sent.resend();
    transport.sendRequest(options(), target, unexpected);
    await new Promise((resolve) => setImmediate(resolve));

    expect(transport.listening).toEqual([]);
    expect(transport.counts.failures).toBe(0);
  });
});

describe('Reaching a target', () => {
  it('needs a listening point of its protocol and family', async () => {
    const { transport } = await started([ANY_UDP]);

    expect(transport.canReach({ protocol: 'udp', address: '192.0.2.1', port: 5060 })).toBe(true);
    expect(transport.canReach({ protocol: 'tcp', address: '192.0.2.1', port: 5060 })).toBe(false);
    expect(transport.canReach({ protocol: 'udp', address: '2001:db8::1', port: 5060 })).toBe(false);
  });

  it('reports a target that no listening point leads to', async () => {
    const { transport } = await started([ANY_UDP]);
    const { promise, report } = failure();

    transport.sendRequest(options(), { protocol: 'tcp', address: '127.0.0.1', port: 5060 }, report);

    await expect(promise).resolves.toMatchObject({
      code: 'SIP_TRANSPORT',
      message: 'Sending by TCP to 127.0.0.1:5060 failed: there is no listening point for TCP over IPv4.',
    });
  });

  it('tells a peer the address of the route to it where it listens on all addresses', async () => {
    const { transport, user } = await started([{ protocol: 'udp', address: '0.0.0.0', port: 0 }]);
    const target = { ...at(transport, 'udp'), address: '127.0.0.1' };

    expect(transport.localAddressFor(target)).toEqual({ address: '127.0.0.1', port: target.port });
    transport.sendRequest(options(), target, unexpected);
    expect((await user.request()).message.topVia.host).toBe('127.0.0.1');
  });

  it('tells a peer the advertised address, and knows it again in the response', async () => {
    const { transport, user } = await started([ANY_UDP], {
      advertise: { address: '198.51.100.4', port: 15060 },
    });
    const target = at(transport, 'udp');

    transport.sendRequest(options(), target, unexpected);
    const { message, flow } = await user.request();
    transport.sendResponse(SipResponse.to(message, 200), flow, unexpected);
    await user.response(1);

    expect(transport.localAddressFor(target)).toEqual({ address: '198.51.100.4', port: 15060 });
    expect(message.topVia).toMatchObject({ host: '198.51.100.4', port: 15060 });
  });

  it('chooses among several listening points the one on the way', async () => {
    const { transport, user } = await started([
      { protocol: 'udp', address: '127.0.0.2', port: 0 },
      { protocol: 'udp', address: '127.0.0.1', port: 0 },
    ]);
    const [, near] = transport.listening;

    expect(transport.localAddressFor({ protocol: 'udp', address: '127.0.0.1', port: 9 })).toMatchObject(
      near!,
    );
    transport.sendRequest(options(), near!, unexpected);
    expect((await user.request()).flow.remote.address).toBe('127.0.0.1');
  });
});

describe('Responses over UDP', () => {
  it('go to the port the request came from where rport asks for it (RFC 3581)', async () => {
    const { transport, user } = await started([ANY_UDP]);
    const peer = await udpPeer();
    peer.send(
      foreignOptions('SIP/2.0/UDP 10.9.9.9:5999;rport;branch=z9hG4bK-1'),
      at(transport, 'udp').port,
      '127.0.0.1',
    );
    const { message, flow } = await user.request();

    transport.sendResponse(SipResponse.to(message, 200), flow, unexpected);

    const answer = (await nextDatagram(peer)).toString();
    expect(answer).toContain(`;rport=${peer.address().port}`);
    expect(answer).toContain(';received=127.0.0.1');
  });

  it('go to the port of sent-by where it does not (section 18.2.2)', async () => {
    const { transport, user } = await started([ANY_UDP]);
    const source = await udpPeer();
    const listener = await udpPeer();
    const via = `SIP/2.0/UDP 127.0.0.1:${listener.address().port};branch=z9hG4bK-1`;
    source.send(foreignOptions(via), at(transport, 'udp').port, '127.0.0.1');
    const { message, flow } = await user.request();

    transport.sendResponse(SipResponse.to(message, 200), flow, unexpected);

    expect((await nextDatagram(listener)).toString()).toMatch(/^SIP\/2.0 200 /);
  });

  it('are dropped when their top Via is not ours (section 18.1.2)', async () => {
    const { transport, user } = await started([ANY_UDP]);
    const own = at(transport, 'udp');
    transport.sendRequest(options(), own, unexpected);
    const { message, flow } = await user.request();
    const peer = await udpPeer();
    const strange = SipResponse.to(message, 200);
    strange.headers.set('Via', `SIP/2.0/UDP 127.0.0.1:${own.port === 5060 ? 5061 : 5060};branch=z9hG4bK-1`);
    const response = `SIP/2.0 200 OK\r\n${[...strange.headers.entries()].map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`;

    peer.send(response, own.port, own.address);
    await until(() => transport.counts.unmatchedVia === 1);
    transport.sendResponse(SipResponse.to(message, 200), flow, unexpected);
    await user.response(1);

    expect(transport.counts).toMatchObject({ unmatchedVia: 1, received: 3 });
  });
});

describe('Messages that cannot be delivered', () => {
  it('are reported when no route leads there', async () => {
    const { transport } = await started([ANY_UDP]);
    const { promise, report } = failure();

    transport.sendRequest(options(), { protocol: 'udp', address: '255.255.255.255', port: 5060 }, report);

    await expect(promise).resolves.toMatchObject({ code: 'SIP_TRANSPORT', family: 'world' });
    expect(transport.counts.failures).toBe(1);
  });

  it.each(['udp', 'tcp'] as const)('are reported when they go to port 0 by %s', async (protocol) => {
    const { transport } = await started([ANY_UDP, ANY_TCP]);
    const { promise, report } = failure();

    transport.sendRequest(options(), { protocol, address: '127.0.0.1', port: 0 }, report);

    await expect(promise).resolves.toMatchObject({ code: 'SIP_TRANSPORT' });
    await until(() => transport.counts.connections === 0);
  });

  it('are reported when they are too large', async () => {
    const { transport } = await started([ANY_UDP]);
    const { promise, report } = failure();

    transport.sendRequest(options('x'.repeat(70_000)), at(transport, 'udp'), report);

    await expect(promise).resolves.toMatchObject({
      message: expect.stringContaining('the message is too large for a datagram') as unknown,
    });
  });
});

describe('Malformed datagrams', () => {
  const broken = (via: string): string => foreignOptions(via).replace('CSeq: 1 OPTIONS', 'CSeq: 1 INVITE');

  it('get a 400 where enough of them can be read', async () => {
    const { transport, user } = await started([ANY_UDP]);
    const peer = await udpPeer();

    peer.send(broken('SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-1'), at(transport, 'udp').port, '127.0.0.1');

    expect((await nextDatagram(peer)).toString()).toMatch(/^SIP\/2.0 400 /);
    expect(user.received).toEqual([]);
    expect(transport.counts).toMatchObject({ malformed: 1, received: 0 });
  });

  it('are answered at a bounded rate only', async () => {
    const { transport } = await started([ANY_UDP], { limits: { repliesPerSecond: 5 } });
    const peer = await udpPeer();
    const answers: Buffer[] = [];
    peer.on('message', (bytes) => answers.push(bytes));
    const flood = async (count: number): Promise<void> => {
      const before = transport.counts.malformed;
      for (let index = 0; index < count; index++) {
        peer.send(broken('SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK-1'), at(transport, 'udp').port, '127.0.0.1');
      }
      await until(() => transport.counts.malformed === before + count);
    };

    await flood(100);
    await until(() => answers.length === 5);
    clock.advance(seconds(1));
    await flood(100);
    await until(() => answers.length === 10);

    expect(transport.counts).toMatchObject({ malformed: 200, droppedReplies: 190, sent: 10 });
  });

  it('never get an answer when they are responses or no SIP, and keep-alives are not malformed', async () => {
    const { transport, user } = await started([ANY_UDP]);
    const peer = await udpPeer();
    const own = at(transport, 'udp');
    const send = (text: string | Buffer): void => peer.send(text, own.port, own.address);

    send('SIP/2.0 200 OK\r\nVia: nonsense\r\n\r\n');
    send(Buffer.from([0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42]));
    send('\r\n\r\n');
    send('');
    send(foreignOptions('SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bK-1'));
    await user.request();

    expect(transport.counts).toMatchObject({ malformed: 2, keepAlives: 2, received: 1, sent: 0 });
  });

  it('of random octets harm nothing, by datagram or by stream', async () => {
    const { transport, user } = await started([ANY_UDP, ANY_TCP]);
    const peer = await udpPeer();
    const { port } = at(transport, 'udp');
    const samples = fc.sample(fc.uint8Array({ minLength: 5, maxLength: 300 }), { numRuns: 100, seed: 7 });
    const text = Buffer.from(foreignOptions('SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bK-1'));

    for (const sample of samples) {
      peer.send(sample, port, '127.0.0.1');
      const mutated = Buffer.from(text);
      sample
        .slice(0, 5)
        .forEach((octet, index) => (mutated[(octet * 7 + index) % text.length] = sample.at(-1)!));
      peer.send(mutated, port, '127.0.0.1');
      const stream = await tcpPeer(at(transport, 'tcp'));
      stream.end(sample);
    }
    await until(
      () => transport.counts.malformed + transport.counts.received + transport.counts.unmatchedVia >= 200,
    );
    peer.send(text, port, '127.0.0.1');
    await until(() => user.received.at(-1)?.message.callId === 'call-1');

    expect(transport.counts.internalErrors).toBe(0);
  });

  it('and a handler that throws leave the transport working', async () => {
    const seen: SipMessage[] = [];
    const user: TransportUser = {
      onMessage: (message) => {
        seen.push(message);
        throw new Error('A bug of ours.');
      },
    };
    const transport = new SocketTransport({ listen: [ANY_UDP], clock });
    await transport.start(user);
    open.push(() => transport.close());
    transport.sendRequest(options(), at(transport, 'udp'), unexpected).resend();

    await until(() => transport.counts.internalErrors === 2);

    expect(seen).toHaveLength(2);
  });
});

describe('Streams', () => {
  it('are used again for the next request to the same place (section 18.1.1)', async () => {
    const caller = await started([ANY_TCP]);
    const callee = await started([ANY_TCP]);
    const target = at(callee.transport, 'tcp');

    caller.transport.sendRequest(options(), target, unexpected);
    caller.transport.sendRequest(options(), target, unexpected);
    const first = await callee.user.request(0);
    const second = await callee.user.request(1);
    caller.transport.sendRequest(options(), target, unexpected);
    const third = await callee.user.request(2);

    expect(second.flow).toBe(first.flow);
    expect(third.flow).toBe(first.flow);
    expect(callee.transport.counts.connections).toBe(1);
  });

  it('carry our request back to the peer that opened them', async () => {
    const { transport, user } = await started([ANY_TCP]);
    const peer = await tcpPeer(at(transport, 'tcp'));
    peer.write(foreignOptions('SIP/2.0/TCP 10.9.9.9:5060;branch=z9hG4bK-1'));
    const { flow } = await user.request();

    transport.sendRequest(options(), { protocol: 'tcp', ...flow.remote }, unexpected);

    expect(await nextChunk(peer)).toMatch(/^OPTIONS /);
    expect(transport.counts.connections).toBe(1);
  });

  it('may bring a message octet by octet, and several at once', async () => {
    const { transport, user } = await started([ANY_TCP]);
    const peer = await tcpPeer(at(transport, 'tcp'));
    peer.setNoDelay(true);
    const text = foreignOptions('SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK-1');

    for (const octet of text) {
      peer.write(octet);
      await new Promise((resolve) => setImmediate(resolve));
    }
    peer.write(text + text);
    await user.request(2);

    expect(transport.counts).toMatchObject({ received: 3, malformed: 0 });
  });

  it('answer a ping with a pong (RFC 5626 section 4.4.1)', async () => {
    const { transport } = await started([ANY_TCP]);
    const peer = await tcpPeer(at(transport, 'tcp'));

    peer.write('\r\n\r\n');

    expect(await nextChunk(peer)).toBe('\r\n');
    expect(transport.counts.keepAlives).toBe(1);
  });

  it('that break get the answer the parser offers, and are closed', async () => {
    const { transport } = await started([ANY_TCP]);
    const peer = await tcpPeer(at(transport, 'tcp'));
    const text = foreignOptions('SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK-1');

    peer.write(text.replace('Content-Length: 0\r\n', ''));
    const answer = await nextChunk(peer);
    await once(peer, 'end');
    peer.end();
    await until(() => transport.counts.connections === 0);

    expect(answer).toMatch(/^SIP\/2.0 400 /);
    expect(transport.counts.malformed).toBe(1);
  });

  it('that break are cut when the peer does not close in its turn', async () => {
    const { transport } = await started([ANY_TCP]);
    const { port, address } = at(transport, 'tcp');
    const peer = connect({ port, host: address, allowHalfOpen: true });
    open.push(() => void peer.destroy());
    await once(peer, 'connect');
    peer.write('nonsense\r\n\r\n');
    peer.resume();
    await once(peer, 'end');

    clock.advance(seconds(2));
    await until(() => transport.counts.connections === 0);

    expect(clock.pending).toEqual([]);
  });

  it('that nobody accepts are reported', async () => {
    const { transport } = await started([ANY_TCP]);
    const { server, target } = await tcpServer();
    server.close();
    await once(server, 'close');
    const { promise, report } = failure();

    transport.sendRequest(options(), target, report);

    await expect(promise).resolves.toMatchObject({
      code: 'SIP_TRANSPORT',
      message: `Sending by TCP to 127.0.0.1:${target.port} failed: nothing listens there.`,
    });
    await until(() => transport.counts.connections === 0);
  });

  it('that nobody answers are given up after the dial timeout', async () => {
    const { transport } = await started([{ protocol: 'tcp', address: '0.0.0.0', port: 0 }]);
    const { promise, report } = failure();

    // TEST-NET-1 leads nowhere: nothing comes back, or the system says at once that it cannot be reached.
    transport.sendRequest(options(), { protocol: 'tcp', address: '192.0.2.254', port: 5060 }, report);
    clock.advance(seconds(5));

    await expect(promise).resolves.toMatchObject({ code: 'SIP_TRANSPORT' });
    await until(() => transport.counts.connections === 0);
  });

  it('are closed when nothing is said on them for the idle time', async () => {
    const caller = await started([ANY_TCP]);
    const callee = await started([ANY_TCP], { limits: { idleTimeout: minutes(1) } });
    caller.transport.sendRequest(options(), at(callee.transport, 'tcp'), unexpected);
    const { flow } = await callee.user.request(0);

    clock.advance(seconds(50));
    caller.transport.sendRequest(options(), at(callee.transport, 'tcp'), unexpected);
    await callee.user.request(1);
    clock.advance(seconds(50));
    expect(flow.isOpen).toBe(true);
    clock.advance(seconds(10));

    expect(flow.isOpen).toBe(false);
    await until(() => caller.transport.counts.connections === 0);
  });

  it('are closed when a message drips in too slowly, and when nothing comes at all', async () => {
    const { transport } = await started([ANY_TCP], { limits: { receiveTimeout: seconds(10) } });
    const slow = await tcpPeer(at(transport, 'tcp'));
    await tcpPeer(at(transport, 'tcp'));
    await until(() => transport.counts.connections === 2);
    const text = foreignOptions('SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK-1');

    slow.write('\r\n\r\n');
    await nextChunk(slow);
    clock.advance(seconds(9));
    slow.write(text.slice(0, 50));
    await until(() => clock.pending.filter((name) => name === 'tcp receive').length === 2);
    clock.advance(seconds(1));
    await until(() => transport.counts.connections === 1);
    slow.write(text.slice(50, 60));
    clock.advance(seconds(9));
    await until(() => transport.counts.connections === 0);

    expect(transport.counts.stalledConnections).toBe(2);
  });

  it('beyond the limit per source are closed at once', async () => {
    const { transport } = await started([ANY_TCP], { limits: { maxConnectionsPerSource: 2 } });
    const target = at(transport, 'tcp');
    const first = await tcpPeer(target);
    await tcpPeer(target);
    await until(() => transport.counts.connections === 2);

    const third = await tcpPeer(target);
    third.resume();
    await once(third, 'close');
    expect(transport.counts).toMatchObject({ connections: 2, refusedConnections: 1 });

    first.destroy();
    await until(() => transport.counts.connections === 1);
    await tcpPeer(target);
    await until(() => transport.counts.connections === 2);
    expect(transport.counts.refusedConnections).toBe(1);
  });

  it('beyond the limit of all are closed at once, while we can still dial', async () => {
    const { transport } = await started([ANY_TCP], { limits: { maxConnections: 1, maxDialled: 1 } });
    await tcpPeer(at(transport, 'tcp'));
    await until(() => transport.counts.connections === 1);
    const refused = await tcpPeer(at(transport, 'tcp'));
    refused.resume();
    await once(refused, 'close');
    const { target, accepted } = await tcpServer();
    const other = await tcpServer();
    const { promise, report } = failure();

    transport.sendRequest(options(), target, unexpected);
    transport.sendRequest(options(), other.target, report);

    expect(await nextChunk(await accepted())).toMatch(/^OPTIONS /);
    await expect(promise).resolves.toMatchObject({ code: 'SIP_OVERLOAD' });
  });

  it('whose peer does not read are cut once too much waits, and the sender hears of it', async () => {
    const { transport } = await started([ANY_TCP], { limits: { maxQueuedBytes: 100_000 } });
    const { target, accepted } = await tcpServer();
    let failures = 0;
    const report = (): void => {
      failures++;
    };
    transport.sendRequest(options(), target, report);
    const peer = await accepted();
    await nextChunk(peer);
    peer.pause();

    // The system's own buffers take several megabytes before anything waits here.
    for (let sent = 0; sent < 1_000 && transport.counts.slowReaders === 0; sent++) {
      transport.sendRequest(options('x'.repeat(50_000)), target, report);
      await new Promise((resolve) => setImmediate(resolve));
    }

    await until(() => failures > 0);
    expect(transport.counts.slowReaders).toBe(1);
  });

  it('that the peer closed are dialled anew for the next request', async () => {
    const { transport } = await started([ANY_TCP]);
    const { target, accepted } = await tcpServer();
    transport.sendRequest(options(), target, unexpected);
    const first = await accepted();
    await nextChunk(first);
    first.end();
    await until(() => transport.counts.connections === 0);

    transport.sendRequest(options(), target, unexpected);
    const second = await accepted(1);

    expect(await nextChunk(second)).toMatch(/^OPTIONS /);
  });

  it('that were closed before the response came are replaced by one to the top Via (section 18.2.2)', async () => {
    const { transport, user } = await started([ANY_TCP]);
    const { target, accepted } = await tcpServer();
    const peer = await tcpPeer(at(transport, 'tcp'));
    peer.write(foreignOptions(`SIP/2.0/TCP 127.0.0.1:${target.port};rport;branch=z9hG4bK-1`));
    const { message, flow } = await user.request();
    peer.destroy();
    await until(() => !flow.isOpen);

    transport.sendResponse(SipResponse.to(message, 200), flow, unexpected);

    const bytes = Buffer.from(await nextChunk(await accepted()));
    const parsed = parseMessage(bytes, 'stream');
    expect(parsed.ok && parsed.message.kind === 'response' && parsed.message.status).toBe(200);
  });
});
