import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ANY_TCP,
  ANY_UDP,
  at,
  foreignOptions,
  nextDatagram,
  options,
  unexpected,
  until,
  TransportScene,
} from '../../../test/support/transport-scene.js';
import { seconds } from '../../base/duration.js';
import { type SipMessage } from '../message/index.js';
import { SocketTransport } from './socket-transport.js';
import type { TransportUser } from './transport.js';

let scene: TransportScene;

beforeEach(() => {
  scene = new TransportScene();
});

afterEach(() => scene.close());

describe('Malformed datagrams', () => {
  const broken = (via: string): string => foreignOptions(via).replace('CSeq: 1 OPTIONS', 'CSeq: 1 INVITE');

  it('get a 400 where enough of them can be read', async () => {
    const { transport, user } = await scene.started([ANY_UDP]);
    const peer = await scene.udpPeer();

    peer.send(broken('SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-1'), at(transport, 'udp').port, '127.0.0.1');

    expect((await nextDatagram(peer)).toString()).toMatch(/^SIP\/2.0 400 /);
    expect(user.received).toEqual([]);
    expect(transport.counts).toMatchObject({ malformed: 1, received: 0 });
  });

  it('are answered at a bounded rate only', async () => {
    const { transport } = await scene.started([ANY_UDP], { limits: { repliesPerSecond: 5 } });
    const peer = await scene.udpPeer();
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
    scene.clock.advance(seconds(1));
    await flood(100);
    await until(() => answers.length === 10);

    expect(transport.counts).toMatchObject({ malformed: 200, droppedReplies: 190, sent: 10 });
  });

  it('never get an answer when they are responses or no SIP, and keep-alives are not malformed', async () => {
    const { transport, user } = await scene.started([ANY_UDP]);
    const peer = await scene.udpPeer();
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
    const { transport, user } = await scene.started([ANY_UDP, ANY_TCP]);
    const peer = await scene.udpPeer();
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
      const stream = await scene.tcpPeer(at(transport, 'tcp'));
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
    const transport = new SocketTransport({ listen: [ANY_UDP], clock: scene.clock });
    await transport.start(user);
    scene.closeLater(() => transport.close());
    transport.sendRequest(options(), at(transport, 'udp'), unexpected).resend();

    await until(() => transport.counts.internalErrors === 2);

    expect(seen).toHaveLength(2);
  });
});
