import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import type { UdpPeer } from '../support/udp-peer.js';
import { UnderAttack } from '../support/under-attack.js';
import { until } from '../support/until.js';
import { WireCall } from '../support/wire-call.js';

/** Datagrams that the device's socket surely holds while it is busy with others. */
const BATCH = 100;
const FLOODER = '127.0.0.5';
/** More than the guard remembers. */
const FORGED_SOURCES = 11_000;

let attack: UnderAttack;
let tlsPort: number;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  tlsPort = await freePort();
  attack = await UnderAttack.begin(['--tls-port', `${tlsPort}`]);
}, 15_000);

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await attack.close();
});

/** Sends many things, never more at once than a socket holds: the phone is answered in between. */
async function flood(count: number, send: (index: number) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    await Promise.all(Array.from({ length: BATCH }, (_, index) => send(start + index)));
    await attack.phone.ask();
  }
}

/** A request outside of calls, as text. */
function plain(method: string, index: number, host: string, port = 9): string {
  return [
    `${method} sip:${1_000 + index}@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP ${host}:${port};branch=z9hG4bK-${method}-${host}-${index}`,
    'Max-Forwards: 70',
    `From: <sip:flood@${host}>;tag=f`,
    `To: <sip:${1_000 + index}@127.0.0.1>`,
    `Call-ID: ${method}-${host}-${index}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:flood@${host}:${port}>`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

function answersOf(peer: UdpPeer): number[] {
  return peer.received.all.flatMap((one) => (one.kind === 'response' && one.status >= 200 ? one.status : []));
}

describe('one source that floods', () => {
  it('with INVITEs that it acknowledges is slowed, then blocked', async () => {
    await attack.device.api('PATCH', '/source-guard', { requestsPerSecond: 10, burst: 40 });
    const flooder = await attack.peerAt(FLOODER);
    await flood(600, async () => {
      const call = new WireCall(flooder, '1002');
      await call.invite();
      void call
        .final('INVITE')
        .then(() => call.ack())
        .catch(() => undefined);
    });
    const [blocked] = await until('the block', async () => {
      const list = await attack.blocked();
      return list.length > 0 && list;
    });
    expect(blocked).toMatchObject({ address: FLOODER, reason: 'flood' });
    expect(answersOf(flooder).length).toBeLessThan(300);
    expect((await attack.device.api('DELETE', `/blocked-sources/${FLOODER}`)).status).toBe(204);
    await attack.expectAlarm();
  }, 30_000);

  it.each(['OPTIONS', 'REGISTER', 'MESSAGE'])(
    'with %s is slowed, and never blocked, since anybody could have sent that in its name',
    async (method) => {
      const flooder = await attack.peerAt(FLOODER);
      await flood(2_000, (index) => flooder.send(plain(method, index, FLOODER, flooder.port)));
      expect(await attack.blocked()).toEqual([]);
      const answered = answersOf(flooder).length;
      expect(answered).toBeGreaterThan(0);
      expect(answered).toBeLessThan(1_000);
      await attack.expectAlarm();
    },
    30_000,
  );

  it('with connections is blocked, while others connect', async () => {
    const open = (localAddress: string, port: number): Socket => {
      const socket = connect({ host: '127.0.0.1', port, localAddress });
      socket.on('error', () => undefined);
      closing.push(() => socket.destroy());
      return socket;
    };
    for (let count = 0; count < 400; count++)
      open(FLOODER, count % 2 === 0 ? attack.device.sipPort : tlsPort);
    await until('the block', async () => (await attack.blocked()).length > 0);
    expect(await attack.blocked()).toMatchObject([{ address: FLOODER, reason: 'flood' }]);
    // Half-open handshakes from everywhere hold their places, and no more.
    for (let host = 10; host < 60; host++)
      for (let count = 0; count < 4; count++) open(`127.0.1.${host}`, tlsPort);
    const friend = open('127.0.0.3', attack.device.sipPort);
    await once(friend, 'connect');
    friend.write(plain('OPTIONS', 1, '127.0.0.3').replace('/UDP', '/TCP'));
    const [answer] = (await once(friend, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^SIP\/2\.0 \d\d\d /);
    const refused = open(FLOODER, attack.device.sipPort);
    await once(refused, 'close');
    await attack.expectAlarm('127.0.0.4');
  }, 30_000);
});

describe('datagrams that name ever more sources', () => {
  it('take no memory, push nobody out, and block nobody', async () => {
    const send = async (index: number): Promise<void> => {
      const address = `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${1 + (index % 254)}`;
      const socket = createSocket('udp4');
      socket.bind(0, address);
      await once(socket, 'listening');
      const bytes = plain(index % 2 === 0 ? 'INVITE' : 'REGISTER', index, address);
      await new Promise((sent) => socket.send(bytes, attack.device.sipPort, '127.0.0.1', sent));
      socket.close();
    };
    await flood(FORGED_SOURCES, send);
    expect(await attack.blocked()).toEqual([]);
    const { body } = await attack.device.api('GET', '/calls');
    for (const { callId, state, localUri } of body as Record<string, string>[]) {
      if (state !== 'Idle' && localUri?.includes('1001') === false) {
        await attack.device.api('DELETE', `/calls/${callId}`);
      }
    }
    await attack.expectAlarm();
  }, 60_000);
});
