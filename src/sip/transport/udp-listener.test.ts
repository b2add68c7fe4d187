import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ANY_UDP,
  at,
  foreignOptions,
  nextDatagram,
  options,
  unexpected,
  until,
  failure,
  TransportScene,
} from '../../../test/support/transport-scene.js';
import { milliseconds } from '../../base/duration.js';
import { SipResponse } from '../message/index.js';

let scene: TransportScene;

beforeEach(() => {
  scene = new TransportScene();
});

afterEach(() => scene.close());

describe('Responses over UDP', () => {
  it('go to the port the request came from where rport asks for it (RFC 3581)', async () => {
    const { transport, user } = await scene.started([ANY_UDP]);
    const peer = await scene.udpPeer();
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
    const { transport, user } = await scene.started([ANY_UDP]);
    const source = await scene.udpPeer();
    const listener = await scene.udpPeer();
    const via = `SIP/2.0/UDP 127.0.0.1:${listener.address().port};branch=z9hG4bK-1`;
    source.send(foreignOptions(via), at(transport, 'udp').port, '127.0.0.1');
    const { message, flow } = await user.request();

    transport.sendResponse(SipResponse.to(message, 200), flow, unexpected);

    expect((await nextDatagram(listener)).toString()).toMatch(/^SIP\/2.0 200 /);
  });

  it('are dropped when their top Via is not ours (section 18.1.2)', async () => {
    const { transport, user } = await scene.started([ANY_UDP]);
    const own = at(transport, 'udp');
    transport.sendRequest(options(), own, unexpected);
    const { message, flow } = await user.request();
    const peer = await scene.udpPeer();
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

describe('Over UDP', () => {
  it.each([
    ['a request is watched, for somebody must answer it', 'OPTIONS', 1],
    ['an ACK is not, for nobody answers it', 'ACK', 0],
  ])('%s', async (_title, method, watched) => {
    const { transport } = await scene.started([ANY_UDP]);
    const peer = await scene.udpPeer();
    const { port } = peer.address();

    transport.sendRequest(
      options(undefined, method),
      { protocol: 'udp', address: '127.0.0.1', port },
      unexpected,
    );
    const bytes = await nextDatagram(peer);

    expect(bytes.toString()).toContain(`CSeq: 1 ${method}`);
    expect(scene.clock.pending).toHaveLength(watched);
    peer.send('anything', transport.listening[0]!.port, '127.0.0.1');
    await until(() => scene.clock.pending.length === 0);
  });

  it('a port where nobody listens is reported once, however often the request was sent again', async () => {
    const { transport } = await scene.started([ANY_UDP]);
    const port = await scene.deadUdpPort();
    const { promise, report } = failure();

    const sent = transport.sendRequest(options(), { protocol: 'udp', address: '127.0.0.1', port }, report);
    sent.resend();
    scene.clock.advance(milliseconds(500));

    await expect(promise).resolves.toMatchObject({
      code: 'SIP_TRANSPORT',
      message: `Sending by UDP to 127.0.0.1:${port} failed: nothing listens there.`,
    });
    expect(transport.counts.failures).toBe(1);
  });
});
