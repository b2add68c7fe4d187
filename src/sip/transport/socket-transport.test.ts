import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RecordingTransportUser } from '../../../test/support/recording-transport-user.js';
import {
  ANY_TCP,
  ANY_UDP,
  at,
  failure,
  foreignOptions,
  options,
  unexpected,
  until,
  TransportScene,
} from '../../../test/support/transport-scene.js';
import { SipResponse } from '../message/index.js';
import { SocketTransport } from './socket-transport.js';

let scene: TransportScene;

beforeEach(() => {
  scene = new TransportScene();
});

afterEach(() => scene.close());

describe.each([
  ['udp', '127.0.0.1'],
  ['udp', '::1'],
  ['tcp', '127.0.0.1'],
  ['tcp', '::1'],
] as const)('SIP over %s at %s', (protocol, address) => {
  it('carries a request and its response', async () => {
    const point = { protocol, address, port: 0 };
    const caller = await scene.started([point]);
    const callee = await scene.started([point]);

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
    const caller = await scene.started([point]);
    const callee = await scene.started([point]);

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
    const { transport } = await scene.started([ANY_UDP]);
    const { port } = at(transport, 'udp');
    const { transport: other } = await scene.started([
      { protocol: 'tcp', address: '127.0.0.1', port },
      { protocol: 'udp', address: '::', port },
      { protocol: 'tcp', address: '::', port },
    ]);

    expect(other.listening.map((point) => point.port)).toEqual([port, port, port]);
  });

  it.each(['udp', 'tcp'] as const)(
    'names the %s port that another program has, and binds nothing',
    async (protocol) => {
      const first = await scene.started([{ protocol, address: '127.0.0.1', port: 0 }]);
      const { port } = at(first.transport, protocol);
      const second = new SocketTransport({
        listen: [ANY_UDP, { protocol, address: '127.0.0.1', port }],
        clock: scene.clock,
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
      clock: scene.clock,
    });

    await expect(transport.start(new RecordingTransportUser())).rejects.toMatchObject({
      code: 'ADDRESS_NOT_AVAILABLE',
    });
  });

  it('takes the same port again right after it was closed, with a connection just cut', async () => {
    const first = await scene.started([ANY_TCP]);
    const point = at(first.transport, 'tcp');
    const peer = await scene.tcpPeer(point);
    peer.write(foreignOptions('SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK-1'));
    await first.user.request();
    await first.transport.close();

    const second = await scene.started([point]);

    expect(at(second.transport, 'tcp').port).toBe(point.port);
  });

  it('tells nobody anything once it is closed', async () => {
    const { transport } = await scene.started([ANY_UDP, ANY_TCP]);
    const { target } = await scene.tcpServer();
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
    const { transport } = await scene.started([ANY_UDP]);

    expect(transport.canReach({ protocol: 'udp', address: '192.0.2.1', port: 5060 })).toBe(true);
    expect(transport.canReach({ protocol: 'tcp', address: '192.0.2.1', port: 5060 })).toBe(false);
    expect(transport.canReach({ protocol: 'udp', address: '2001:db8::1', port: 5060 })).toBe(false);
  });

  it('reports a target that no listening point leads to', async () => {
    const { transport } = await scene.started([ANY_UDP]);
    const { promise, report } = failure();

    transport.sendRequest(options(), { protocol: 'tcp', address: '127.0.0.1', port: 5060 }, report);

    await expect(promise).resolves.toMatchObject({
      code: 'SIP_TRANSPORT',
      message: 'Sending by TCP to 127.0.0.1:5060 failed: there is no listening point for TCP over IPv4.',
    });
  });

  it('tells a peer the address of the route to it where it listens on all addresses', async () => {
    const { transport, user } = await scene.started([{ protocol: 'udp', address: '0.0.0.0', port: 0 }]);
    const target = { ...at(transport, 'udp'), address: '127.0.0.1' };

    expect(transport.localAddressFor(target)).toEqual({ address: '127.0.0.1', port: target.port });
    transport.sendRequest(options(), target, unexpected);
    expect((await user.request()).message.topVia.host).toBe('127.0.0.1');
  });

  it('tells a peer the advertised address, and knows it again in the response', async () => {
    const { transport, user } = await scene.started([ANY_UDP], {
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
    const { transport, user } = await scene.started([
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

describe('Messages that cannot be delivered', () => {
  it('are reported when no route leads there', async () => {
    const { transport } = await scene.started([ANY_UDP]);
    const { promise, report } = failure();

    transport.sendRequest(options(), { protocol: 'udp', address: '255.255.255.255', port: 5060 }, report);

    await expect(promise).resolves.toMatchObject({ code: 'SIP_TRANSPORT', family: 'world' });
    expect(transport.counts.failures).toBe(1);
  });

  it.each(['udp', 'tcp'] as const)('are reported when they go to port 0 by %s', async (protocol) => {
    const { transport } = await scene.started([ANY_UDP, ANY_TCP]);
    const { promise, report } = failure();

    transport.sendRequest(options(), { protocol, address: '127.0.0.1', port: 0 }, report);

    await expect(promise).resolves.toMatchObject({ code: 'SIP_TRANSPORT' });
    await until(() => transport.counts.connections === 0);
  });

  it('are reported when they are too large', async () => {
    const { transport } = await scene.started([ANY_UDP]);
    const { promise, report } = failure();

    transport.sendRequest(options('x'.repeat(70_000)), at(transport, 'udp'), report);

    await expect(promise).resolves.toMatchObject({
      message: expect.stringContaining('the message is too large for a datagram') as unknown,
    });
  });
});
