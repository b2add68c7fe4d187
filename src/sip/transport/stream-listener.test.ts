import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ANY_TCP,
  at,
  failure,
  foreignOptions,
  nextChunk,
  options,
  unexpected,
  until,
  TransportScene,
} from '../../../test/support/transport-scene.js';
import { minutes, seconds } from '../../base/duration.js';
import { parseMessage, SipResponse } from '../message/index.js';

let scene: TransportScene;

beforeEach(() => {
  scene = new TransportScene();
});

afterEach(() => scene.close());

describe('Streams', () => {
  it('are used again for the next request to the same place (section 18.1.1)', async () => {
    const caller = await scene.started([ANY_TCP]);
    const callee = await scene.started([ANY_TCP]);
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
    const { transport, user } = await scene.started([ANY_TCP]);
    const peer = await scene.tcpPeer(at(transport, 'tcp'));
    peer.write(foreignOptions('SIP/2.0/TCP 10.9.9.9:5060;branch=z9hG4bK-1'));
    const { flow } = await user.request();

    transport.sendRequest(options(), { protocol: 'tcp', ...flow.remote }, unexpected);

    expect(await nextChunk(peer)).toMatch(/^OPTIONS /);
    expect(transport.counts.connections).toBe(1);
  });

  it('may bring a message octet by octet, and several at once', async () => {
    const { transport, user } = await scene.started([ANY_TCP]);
    const peer = await scene.tcpPeer(at(transport, 'tcp'));
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
    const { transport } = await scene.started([ANY_TCP]);
    const peer = await scene.tcpPeer(at(transport, 'tcp'));

    peer.write('\r\n\r\n');

    expect(await nextChunk(peer)).toBe('\r\n');
    expect(transport.counts.keepAlives).toBe(1);
  });

  it('that break get the answer the parser offers, and are closed', async () => {
    const { transport } = await scene.started([ANY_TCP]);
    const peer = await scene.tcpPeer(at(transport, 'tcp'));
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
    const { transport } = await scene.started([ANY_TCP]);
    const { port, address } = at(transport, 'tcp');
    const peer = connect({ port, host: address, allowHalfOpen: true });
    scene.closeLater(() => void peer.destroy());
    await once(peer, 'connect');
    peer.write('nonsense\r\n\r\n');
    peer.resume();
    await once(peer, 'end');

    scene.clock.advance(seconds(2));
    await until(() => transport.counts.connections === 0);

    expect(scene.clock.pending).toEqual([]);
  });

  it('that nobody accepts are reported', async () => {
    const { transport } = await scene.started([ANY_TCP]);
    const { server, target } = await scene.tcpServer();
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
    const { transport } = await scene.started([{ protocol: 'tcp', address: '0.0.0.0', port: 0 }]);
    const { promise, report } = failure();

    // TEST-NET-1 leads nowhere: nothing comes back, or the system says at once that it cannot be reached.
    transport.sendRequest(options(), { protocol: 'tcp', address: '192.0.2.254', port: 5060 }, report);
    scene.clock.advance(seconds(5));

    await expect(promise).resolves.toMatchObject({ code: 'SIP_TRANSPORT' });
    await until(() => transport.counts.connections === 0);
  });

  it('are closed when nothing is said on them for the idle time', async () => {
    const caller = await scene.started([ANY_TCP]);
    const callee = await scene.started([ANY_TCP], { limits: { idleTimeout: minutes(1) } });
    caller.transport.sendRequest(options(), at(callee.transport, 'tcp'), unexpected);
    const { flow } = await callee.user.request(0);

    scene.clock.advance(seconds(50));
    caller.transport.sendRequest(options(), at(callee.transport, 'tcp'), unexpected);
    await callee.user.request(1);
    scene.clock.advance(seconds(50));
    expect(flow.isOpen).toBe(true);
    scene.clock.advance(seconds(10));

    expect(flow.isOpen).toBe(false);
    await until(() => caller.transport.counts.connections === 0);
  });

  it('are closed when a message drips in too slowly, and when nothing comes at all', async () => {
    const { transport } = await scene.started([ANY_TCP], { limits: { receiveTimeout: seconds(10) } });
    const slow = await scene.tcpPeer(at(transport, 'tcp'));
    await scene.tcpPeer(at(transport, 'tcp'));
    await until(() => transport.counts.connections === 2);
    const text = foreignOptions('SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK-1');

    slow.write('\r\n\r\n');
    await nextChunk(slow);
    scene.clock.advance(seconds(9));
    slow.write(text.slice(0, 50));
    await until(() => scene.clock.pending.filter((name) => name === 'tcp receive').length === 2);
    scene.clock.advance(seconds(1));
    await until(() => transport.counts.connections === 1);
    slow.write(text.slice(50, 60));
    scene.clock.advance(seconds(9));
    await until(() => transport.counts.connections === 0);

    expect(transport.counts.stalledConnections).toBe(2);
  });

  it('beyond the limit per source are closed at once', async () => {
    const { transport } = await scene.started([ANY_TCP], { limits: { maxConnectionsPerSource: 2 } });
    const target = at(transport, 'tcp');
    const first = await scene.tcpPeer(target);
    await scene.tcpPeer(target);
    await until(() => transport.counts.connections === 2);

    const third = await scene.tcpPeer(target);
    third.resume();
    await once(third, 'close');
    expect(transport.counts).toMatchObject({ connections: 2, refusedConnections: 1 });

    first.destroy();
    await until(() => transport.counts.connections === 1);
    await scene.tcpPeer(target);
    await until(() => transport.counts.connections === 2);
    expect(transport.counts.refusedConnections).toBe(1);
  });

  it('beyond the limit of all are closed at once, while we can still dial', async () => {
    const { transport } = await scene.started([ANY_TCP], { limits: { maxConnections: 1, maxDialled: 1 } });
    await scene.tcpPeer(at(transport, 'tcp'));
    await until(() => transport.counts.connections === 1);
    const refused = await scene.tcpPeer(at(transport, 'tcp'));
    refused.resume();
    await once(refused, 'close');
    const { target, accepted } = await scene.tcpServer();
    const other = await scene.tcpServer();
    const { promise, report } = failure();

    transport.sendRequest(options(), target, unexpected);
    transport.sendRequest(options(), other.target, report);

    expect(await nextChunk(await accepted())).toMatch(/^OPTIONS /);
    await expect(promise).resolves.toMatchObject({ code: 'SIP_OVERLOAD' });
  });

  it('are cut where a body is announced that no datagram would hold, before it takes memory', async () => {
    const { transport } = await scene.started([ANY_TCP]);
    const peer = await scene.tcpPeer(at(transport, 'tcp'));
    peer.write(foreignOptions('SIP/2.0/TCP a;branch=z9hG4bK-1').replace('Length: 0', 'Length: 65537'));
    expect(await nextChunk(peer)).toMatch(/^SIP\/2.0 413 /);
    await once(peer, 'close');
  });

  it('whose peer does not read are cut once too much waits, and the sender hears of it', async () => {
    const { transport } = await scene.started([ANY_TCP], { limits: { maxQueuedBytes: 100_000 } });
    const { target, accepted } = await scene.tcpServer();
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
    const { transport } = await scene.started([ANY_TCP]);
    const { target, accepted } = await scene.tcpServer();
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
    const { transport, user } = await scene.started([ANY_TCP]);
    const { target, accepted } = await scene.tcpServer();
    const peer = await scene.tcpPeer(at(transport, 'tcp'));
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
