import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { RecordingLog } from '../support/recording-log.js';
import { freePort } from '../support/free-port.js';
import { SipsirenDevice } from '../support/sipsiren-process.js';
import { TestDevice } from '../support/test-device.js';
import { UdpPeer } from '../support/udp-peer.js';
import { until } from '../support/until.js';
import { WireCall } from '../support/wire-call.js';

/** Old space that the program may use, in MiB. */
const HEAP_MIB = 56;
/** Datagrams that the device's socket surely holds while it is busy with others. */
const BATCH = 100;
const STRANGERS = 3_000;
/** More connections than one address may open. */
const CONNECTIONS = 150;

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function peerOf(port: number): Promise<UdpPeer> {
  const peer = await UdpPeer.open(port);
  closing.push(() => peer.close());
  return peer;
}

/** Sends many things, never more at once than a socket holds; `watch` is a peer that is always answered. */
async function flood(watch: UdpPeer, send: (index: number) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < STRANGERS; start += BATCH) {
    await Promise.all(Array.from({ length: BATCH }, (_, index) => send(start + index)));
    await watch.ask();
  }
}

describe('an alarm on a device with little memory goes on', () => {
  let device: SipsirenDevice;
  let phone: UdpPeer;
  let alarm: WireCall;

  beforeEach(async () => {
    device = await SipsirenDevice.start({
      nodeArguments: [`--max-old-space-size=${HEAP_MIB}`],
      arguments: ['--tls-port', `${await freePort()}`],
    });
    closing.push(() => device.remove());
    phone = await peerOf(device.sipPort);
    alarm = await WireCall.establish(phone, '1001');
  }, 15_000);

  async function expectAlarm(): Promise<void> {
    expect(await device.api('GET', '/status')).toMatchObject({
      body: { siren: [{ profile: 'Evacuation', running: true }] },
    });
    expect((await alarm.info('1')).status).toBe(200);
    expect((await alarm.bye()).status).toBe(200);
    expect(device.process.output.all.length).toBeLessThan(200);
    expect(await device.stop()).toBe(0);
  }

  it('while strangers guess the password of callers, answer old challenges and none at all', async () => {
    const { body } = await device.api('GET', '/accounts/peer-to-peer');
    const account = { ...(body as object), callerPassword: 'c4ller' };
    expect((await device.api('PUT', '/accounts/peer-to-peer', account)).status).toBe(200);
    const crowd = await peerOf(device.sipPort);
    const guess = (index: number) =>
      `Authorization: Digest username="u${index}", realm="sipsiren", nonce="${'n'.repeat(index % 60)}", ` +
      `uri="sip:1002@127.0.0.1", response="${'0'.repeat(32)}", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"`;
    await flood(phone, (index) => {
      const headers = index % 3 === 0 ? [] : Array.from({ length: index % 3 }, () => guess(index));
      return new WireCall(crowd, '1002', { headers }).invite();
    });
    expect(crowd.received.all.some((one) => one.kind === 'response' && one.status === 200)).toBe(false);
    await expectAlarm();
  }, 60_000);

  it.each(['forbidden', 'silence'])(
    'while strangers whom the access list does not know (%s) call',
    async (refusal) => {
      const allowed = { source: 'peer' };
      expect((await device.api('POST', '/access-list/sources', allowed)).status).toBe(201);
      const list = { enabled: true, policy: 'allow', refusal };
      expect((await device.api('PATCH', '/access-list', list)).status).toBe(200);
      const crowd = await peerOf(device.sipPort);
      await flood(phone, () => new WireCall(crowd, '1002', { from: 'stranger' }).invite());
      const answers = crowd.received.all.flatMap((one) => (one.kind === 'response' ? one.status : []));
      expect(new Set(answers.filter((status) => status >= 200))).toEqual(
        new Set(refusal === 'silence' ? [] : [403]),
      );
      const another = await WireCall.establish(phone, '1001');
      expect((await another.bye()).status).toBe(200);
      await expectAlarm();
    },
    60_000,
  );
});

describe('doors for streams', () => {
  const log = new RecordingLog();
  let siren: TestDevice;
  let phone: UdpPeer;
  let alarm: WireCall;

  beforeEach(async () => {
    siren = await TestDevice.start({ log, http: true });
    closing.push(() => siren.close());
    phone = await peerOf(siren.sipPort);
    alarm = await WireCall.establish(phone, '1001');
  });

  function stay<Stream extends Socket>(socket: Stream): Stream {
    socket.on('error', () => undefined);
    closing.push(() => socket.destroy());
    return socket;
  }

  async function expectAlarm(): Promise<void> {
    expect(siren.device.siren.status().siren[0]).toMatchObject({ profile: 'Evacuation', running: true });
    expect((await alarm.info('1')).status).toBe(200);
    expect((await alarm.bye()).status).toBe(200);
    expect(log.messages('error')).toEqual([]);
  }

  it('are held by half handshakes only up to the quota of their address, and a handshake of noise is cut', async () => {
    const silent = Array.from({ length: CONNECTIONS }, () => stay(connect(siren.tlsPort, '127.0.0.1')));
    await until('the quota', () => silent.filter(({ closed }) => closed).length === CONNECTIONS - 100);
    for (const socket of silent) socket.write(Buffer.alloc(300, 'x'));
    await Promise.all(
      silent.map(async (socket) => {
        if (!socket.closed) await once(socket, 'close');
      }),
    );
    const late = stay(connectTls({ port: siren.tlsPort, host: '127.0.0.1', rejectUnauthorized: false }));
    await once(late, 'secureConnect');
    await expectAlarm();
  }, 30_000);

  it('take no WebSocket of another origin, none too large, and no more than the quota', async () => {
    const url = `${siren.url.replace('http', 'ws')}/sip`;
    const open = (headers: Record<string, string> = {}) => {
      const socket = new WebSocket(url, 'sip', { headers });
      closing.push(() => socket.terminate());
      return new Promise<WebSocket | number>((resolve) => {
        socket.on('open', () => resolve(socket));
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
        socket.on('error', () => undefined);
      });
    };
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Host: 'evil.example', Origin: 'http://evil.example' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
    ]) {
      expect(await open(headers)).toBe(403);
    }
    const large = (await open()) as WebSocket;
    large.send(Buffer.alloc(200_000, 'x'));
    await once(large, 'close');
    const results = await Promise.all(Array.from({ length: CONNECTIONS }, () => open()));
    expect(results.filter((result) => result === 503)).toHaveLength(CONNECTIONS - 100);
    const sockets = results.filter((result) => typeof result !== 'number');
    for (const [index, socket] of sockets.entries()) {
      socket.send(index % 2 === 0 ? 'INVITE nonsense' : Buffer.from([0, 1, 2, 3, 255]));
    }
    await expectAlarm();
  }, 30_000);
});
