import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ANY_TCP,
  ANY_UDP,
  at,
  nextChunk,
  nextDatagram,
  options,
  TransportScene,
  unexpected,
  until,
} from '../../../test/support/transport-scene.js';
import { milliseconds, seconds } from '../../base/duration.js';
import type { SocketAddress, Target } from './flow.js';
import { jittered } from './keep-flow.js';
import { bindingRequest, bindingResponse, newStunId, readStun } from './stun-message.js';

type Transport = Awaited<ReturnType<TransportScene['started']>>['transport'];

let scene: TransportScene;

beforeEach(() => {
  scene = new TransportScene();
});

afterEach(() => scene.close());

describe('A stream that is kept', () => {
  it('is asked by a double CRLF, and lost when a peer that has answered does so no more (RFC 5626 section 4.4.1)', async () => {
    const { transport } = await scene.started([ANY_TCP]);
    const { target, accepted } = await scene.tcpServer();
    const { lost } = keep(target, transport);
    const peer = await connected(transport, target, accepted());

    scene.clock.advance(seconds(30));
    expect(await nextChunk(peer)).toBe('\r\n\r\n');
    peer.write('\r\n');
    await until(() => transport.counts.keepAlives === 1);
    scene.clock.advance(seconds(30));
    await nextChunk(peer);
    scene.clock.advance(seconds(10));
    await until(() => lost.length === 1);

    expect(lost).toEqual([expect.stringContaining('does not answer keep-alives any more')]);
  });

  it('is not given up for a server that never answers pings', async () => {
    const { transport } = await scene.started([ANY_TCP]);
    const { target, accepted } = await scene.tcpServer();
    const { lost } = keep(target, transport);
    const peer = await connected(transport, target, accepted());
    for (let round = 0; round < 3; round++) {
      scene.clock.advance(seconds(30));
      await nextChunk(peer);
    }
    expect(lost).toEqual([]);
    expect(transport.counts.connections).toBe(1);
  });

  it('is given up for a server that has promised to answer', async () => {
    const { transport } = await scene.started([ANY_TCP]);
    const { target, accepted } = await scene.tcpServer();
    const { lost } = keep(target, transport, { mustAnswer: true });
    await connected(transport, target, accepted());
    scene.clock.advance(seconds(40));
    await until(() => lost.length === 1 && transport.counts.connections === 0);
    expect(lost[0]).toContain('does not answer');
  });

  it.each([
    ['reset', 'resetAndDestroy' as const],
    ['closed', 'end' as const],
  ])('is lost at once when it is %s, for everybody who keeps it', async (_title, how) => {
    const { transport } = await scene.started([ANY_TCP]);
    const { target, accepted } = await scene.tcpServer();
    const first = keep(target, transport);
    const second = keep(target, transport);
    const third = keep(target, transport);
    third.kept.close();
    const peer = await accepted();

    peer[how]();
    await until(() => first.lost.length === 1 && second.lost.length === 1);

    expect(third.lost).toEqual([]);
  });

  it('is lost where it cannot even be opened', async () => {
    const { transport } = await scene.started([ANY_TCP]);
    const { lost } = keep(
      { protocol: 'tcp', address: '127.0.0.1', port: await scene.deadUdpPort() },
      transport,
    );
    await until(() => lost.length === 1);
    expect(lost).toEqual([expect.stringContaining('nothing listens there')]);
  });

  it('is not reported when the transport closes, or nobody cares any more', async () => {
    const { transport } = await scene.started([ANY_TCP]);
    const { target, accepted } = await scene.tcpServer();
    const { lost } = keep(target, transport);
    await accepted();
    await transport.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(lost).toEqual([]);
  });
});

describe('A UDP flow that is kept', () => {
  it('asks by STUN on the SIP port, and tells the public address', async () => {
    const { transport } = await scene.started([ANY_UDP]);
    const server = await stunServer({ address: '203.0.113.7', port: 40_000 });
    const { mapped, lost } = keep(server.target, transport);

    scene.clock.advance(milliseconds(0));
    await until(() => mapped.length === 1);
    for (let round = 0; round < 3; round++) {
      scene.clock.advance(seconds(30));
      await until(() => server.asked() >= round + 2 && transport.counts.keepAlives === server.asked());
    }

    expect(mapped).toEqual([{ address: '203.0.113.7', port: 40_000 }]);
    expect(server.source()).toEqual(at(transport, 'udp').port);
    expect(lost).toEqual([]);
  });

  it('is lost when its public address changes (RFC 5626 section 4.4.2)', async () => {
    const { transport } = await scene.started([ANY_UDP]);
    const server = await stunServer({ address: '203.0.113.7', port: 40_000 });
    const { mapped, lost } = keep(server.target, transport);
    scene.clock.advance(milliseconds(0));
    await until(() => mapped.length === 1);

    server.answer = { address: '203.0.113.8', port: 40_001 };
    scene.clock.advance(seconds(30));
    await until(() => lost.length === 1);

    expect(mapped).toHaveLength(2);
    expect(lost[0]).toContain('changed from 203.0.113.7:40000 to 203.0.113.8:40001');
  });

  it('is lost when a peer that has answered does so no more, and not before the seventh question', async () => {
    const { transport } = await scene.started([ANY_UDP]);
    const server = await stunServer({ address: '203.0.113.7', port: 40_000 });
    const { mapped, lost } = keep(server.target, transport);
    scene.clock.advance(milliseconds(0));
    await until(() => mapped.length === 1);

    server.answer = undefined;
    scene.clock.advance(seconds(24));
    scene.clock.advance(seconds(39));
    expect(lost).toEqual([]);
    scene.clock.advance(seconds(7));

    expect(lost).toEqual([expect.stringContaining('does not answer keep-alives any more')]);
  });

  it('goes on with empty lines to a peer that knows no STUN, and never gives it up', async () => {
    const { transport } = await scene.started([ANY_UDP]);
    const peer = await scene.udpPeer();
    const datagrams: string[] = [];
    peer.on('message', (bytes) => datagrams.push(bytes.toString('latin1')));
    const { lost } = keep({ protocol: 'udp', address: '127.0.0.1', port: peer.address().port }, transport);

    scene.clock.advance(seconds(40));
    await until(() => datagrams.includes('\r\n\r\n'));
    scene.clock.advance(seconds(90));
    await until(() => datagrams.filter((one) => one === '\r\n\r\n').length >= 4);

    expect(lost).toEqual([]);
  });

  it('believes no answer to a question that it has not asked, nor from elsewhere', async () => {
    const { transport } = await scene.started([ANY_UDP]);
    const server = await scene.udpPeer();
    const stranger = await scene.udpPeer();
    const { mapped } = keep(
      { protocol: 'udp', address: '127.0.0.1', port: server.address().port },
      transport,
    );
    const asked = nextDatagram(server);
    scene.clock.advance(milliseconds(0));
    const question = readStun(await asked);
    const own = at(transport, 'udp');

    const forged = { address: '198.51.100.1', port: 1 };
    server.send(bindingResponse(newStunId(), forged), own.port, own.address);
    stranger.send(bindingResponse(question?.id ?? '', forged), own.port, own.address);
    await until(() => transport.counts.keepAlives === 2);

    expect(mapped).toEqual([]);
  });
});

describe('The SIP port', () => {
  it('tells whoever asks by STUN its address (RFC 5626 section 8)', async () => {
    const { transport } = await scene.started([ANY_UDP]);
    const peer = await scene.udpPeer();
    const own = at(transport, 'udp');
    const id = newStunId();

    peer.send(bindingRequest(id), own.port, own.address);

    expect(readStun(await nextDatagram(peer))).toEqual({
      kind: 'response',
      id,
      mapped: { address: '127.0.0.1', port: peer.address().port },
    });
  });

  it('answers no more of them than its limit, and nothing that is malformed', async () => {
    const { transport } = await scene.started([ANY_UDP], { limits: { repliesPerSecond: 2 } });
    const peer = await scene.udpPeer();
    const own = at(transport, 'udp');
    const answers: Buffer[] = [];
    peer.on('message', (bytes: Buffer) => answers.push(bytes));

    for (let count = 0; count < 5; count++) peer.send(bindingRequest(newStunId()), own.port, own.address);
    peer.send(bindingRequest(newStunId()).subarray(0, 19), own.port, own.address);
    peer.send(Buffer.concat([bindingRequest(newStunId()), Buffer.from('more')]), own.port, own.address);
    await until(() => transport.counts.keepAlives === 5 && transport.counts.malformed === 2);
    await until(() => answers.length === 2);

    expect(transport.counts.droppedReplies).toBe(3);
  });
});

describe('The pause between two questions', () => {
  it('is 80 to 100 % of the interval', () => {
    expect([0, 0.5, 1].map((chance) => jittered(seconds(25), chance))).toEqual([20_000, 22_500, 25_000]);
  });
});

/** Waits until both ends of a stream are open. */
async function connected(transport: Transport, target: Target, accepted: Promise<Socket>): Promise<Socket> {
  transport.sendRequest(options(), target, unexpected);
  const peer = await accepted;
  await nextChunk(peer);
  return peer;
}

function keep(target: Target, transport: Transport, wishes: { readonly mustAnswer?: boolean } = {}) {
  const lost: string[] = [];
  const mapped: SocketAddress[] = [];
  const kept = transport.keepFlow(target, {
    interval: seconds(30),
    onLost: (error) => lost.push(error.message),
    onMappedAddress: (address) => mapped.push(address),
    ...wishes,
  });
  scene.closeLater(() => kept.close());
  return { kept, lost, mapped };
}

/** Answers questions with an address, as a server beyond a NAT would. */
async function stunServer(answer: SocketAddress) {
  const socket = await scene.udpPeer();
  let asked = 0;
  let source = 0;
  const server = {
    answer: answer as SocketAddress | undefined,
    target: { protocol: 'udp' as const, address: '127.0.0.1', port: socket.address().port },
    asked: () => asked,
    source: () => source,
  };
  socket.on('message', (bytes, from) => {
    const message = readStun(bytes);
    if (!message || !server.answer) return;
    asked++;
    source = from.port;
    socket.send(bindingResponse(message.id, server.answer), from.port, from.address);
  });

  return server;
}
