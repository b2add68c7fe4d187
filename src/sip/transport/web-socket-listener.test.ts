import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import {
  failure,
  foreignOptions,
  options,
  TransportScene,
  unexpected,
  until,
} from '../../../test/support/transport-scene.js';
import { seconds } from '../../base/duration.js';
import { SipResponse } from '../message/index.js';
import type { Target } from './flow.js';
import type { TransportLimits } from './transport-limits.js';

const VIA = 'SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK-1';

let scene: TransportScene;

beforeEach(() => {
  scene = new TransportScene();
});

afterEach(() => scene.close());

describe('A WebSocket', () => {
  it('brings requests and takes responses back, whatever host the peer claims (RFC 7118 section 5.2)', async () => {
    const { transport, user, address } = await behindHttp();
    const peer = await webSocket(address);
    peer.send(foreignOptions(VIA));
    const { message, flow } = await user.request();

    transport.sendResponse(SipResponse.to(message, 200), flow, unexpected);
    const [bytes, isBinary] = (await once(peer, 'message')) as [Buffer, boolean];

    expect(bytes.toString()).toMatch(/^SIP\/2.0 200 /);
    expect(isBinary).toBe(false);
    expect(flow).toMatchObject({ protocol: 'ws', reliable: true });
    expect(message.topVia.parameters.get('received')).toBe('127.0.0.1');
    expect(transport.listening).toContainEqual(expect.objectContaining({ protocol: 'ws' }));
  });

  it.each([
    ['as binary', (text: string) => Buffer.from(text)],
    ['without Content-Length', (text: string) => text.replace('Content-Length: 0\r\n', '')],
  ])('may bring a message %s', async (_title, shape) => {
    const { user, address } = await behindHttp();
    const peer = await webSocket(address);
    peer.send(shape(foreignOptions(VIA)));
    expect((await user.request()).message.method).toBe('OPTIONS');
  });

  it('carries our requests by its flow, with a Via and a Contact that say so', async () => {
    const { transport, user, address } = await behindHttp();
    const peer = await webSocket(address);
    peer.send(foreignOptions(VIA));
    const { flow } = await user.request();
    const target: Target = { protocol: 'ws', ...flow.remote, flow };

    expect(transport.canReach(target)).toBe(true);
    expect(transport.localAddressFor(target)).toEqual({ address: '127.0.0.1', port: portOf(address) });
    transport.sendRequest(options(), target, unexpected);
    const [bytes] = (await once(peer, 'message')) as [Buffer];

    expect(bytes.toString()).toMatch(
      new RegExp(`^OPTIONS .*\\r\\nVia: SIP/2.0/WS 127.0.0.1:${portOf(address)};`),
    );
  });

  it('that is gone can be reached no more', async () => {
    const { transport, user, address } = await behindHttp();
    const peer = await webSocket(address);
    peer.send(foreignOptions(VIA));
    const { message, flow } = await user.request();
    peer.close();
    await until(() => transport.counts.connections === 0);
    const { promise, report } = failure();

    transport.sendResponse(SipResponse.to(message, 200), flow, report);

    expect(await promise).toMatchObject({ code: 'SIP_TRANSPORT' });
    expect(transport.canReach({ protocol: 'ws', ...flow.remote, flow })).toBe(false);
  });

  it('answers the keep-alive of RFC 5626 as well', async () => {
    const { address } = await behindHttp();
    const peer = await webSocket(address);
    peer.send('\r\n\r\n');
    const [bytes] = (await once(peer, 'message')) as [Buffer];
    expect(bytes.toString()).toBe('\r\n');
  });

  it('is asked whether it is there, and closed when it is not', async () => {
    const { transport, user, address } = await behindHttp();
    const peer = await webSocket(address, { autoPong: false });
    peer.send(foreignOptions(VIA));
    const { flow } = await user.request();
    const lost: string[] = [];
    transport.keepFlow(
      { protocol: 'ws', ...flow.remote, flow },
      { interval: seconds(100), onLost: (error) => lost.push(error.message) },
    );

    scene.clock.advance(seconds(30));
    scene.clock.advance(seconds(10));
    await until(() => transport.counts.connections === 0);

    expect(lost).toEqual([expect.stringContaining('does not answer keep-alives')]);
  });

  it('that answers pings stays open', async () => {
    const { transport, user, address } = await behindHttp();
    const peer = await webSocket(address);
    peer.send(foreignOptions(VIA));
    const { flow } = await user.request();

    let pings = 0;
    peer.on('ping', () => pings++);
    for (let round = 0; round < 45; round++) {
      scene.clock.advance(seconds(2));
      peer.send('\r\n\r\n');
      await once(peer, 'message');
    }

    expect(pings).toBeGreaterThanOrEqual(3);
    expect(flow.isOpen).toBe(true);
    expect(transport.counts.connections).toBe(1);
  });

  it('that says nothing is closed in time', async () => {
    const { transport, address } = await behindHttp();
    await webSocket(address);
    scene.clock.advance(seconds(30));
    await until(() => transport.counts.connections === 0);
    expect(transport.counts.stalledConnections).toBe(1);
  });

  it('that sends too much at once is closed', async () => {
    const { transport, address } = await behindHttp();
    const peer = await webSocket(address);
    peer.send(Buffer.alloc(2 * 65_536 + 1));
    await until(() => peer.readyState === peer.CLOSED);
    expect(transport.counts.connections).toBe(0);
  });

  it('gets an answer to a malformed request, and stays open', async () => {
    const { transport, address } = await behindHttp();
    const peer = await webSocket(address);
    peer.send(foreignOptions(VIA).replace('CSeq: 1 OPTIONS', 'CSeq: none'));
    const [bytes] = (await once(peer, 'message')) as [Buffer];
    expect(bytes.toString()).toMatch(/^SIP\/2.0 400 /);
    expect(transport.counts).toMatchObject({ malformed: 1, connections: 1 });
  });
});

describe('A request for a WebSocket', () => {
  it.each([undefined, 'chat', 'sips, xsip'])('is refused with the subprotocol %s', async (protocol) => {
    const { address } = await behindHttp();
    expect(await refusal(address, protocol)).toBe(400);
  });

  it('is refused beyond the quota of its address', async () => {
    const { transport, address } = await behindHttp({ maxConnectionsPerSource: 1 });
    const first = await webSocket(address);
    expect(await refusal(address, 'sip')).toBe(503);
    first.close();
    await until(() => transport.counts.connections === 0);
    await webSocket(address);
    expect(transport.counts).toMatchObject({ connections: 1, refusedConnections: 1 });
  });

  it('is refused where it is no WebSocket handshake', async () => {
    const { address } = await behindHttp();
    expect(await refusal(address, 'sip', { 'Sec-WebSocket-Key': 'x' })).toBe(400);
  });
});

async function behindHttp(limits: Partial<TransportLimits> = {}) {
  const started = await scene.started([], { limits });
  const server = createServer();
  server.on('upgrade', (asked, socket, head) =>
    started.transport.acceptWebSocket(asked, socket, head, false),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  scene.closeLater(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { ...started, address: `ws://127.0.0.1:${port}/sip` };
}

async function webSocket(address: string, wishes: { readonly autoPong?: boolean } = {}): Promise<WebSocket> {
  const socket = new WebSocket(address, 'sip', wishes);
  socket.on('error', () => socket.terminate());
  scene.closeLater(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

/** The status with which a request is refused. */
async function refusal(
  address: string,
  protocol: string | undefined,
  headers: Record<string, string> = {},
): Promise<number> {
  const asked = request({
    port: portOf(address),
    host: '127.0.0.1',
    path: '/sip',
    headers: {
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...(protocol === undefined ? {} : { 'Sec-WebSocket-Protocol': protocol }),
      ...headers,
    },
  });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

function portOf(address: string): number {
  return Number(new URL(address).port);
}
