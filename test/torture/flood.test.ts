import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SipResponse } from '../../src/sip/message/index.js';
import { freePort } from '../support/free-port.js';
import { RecordingLog } from '../support/recording-log.js';
import { SipsirenDevice } from '../support/sipsiren-process.js';
import { TcpPeer } from '../support/tcp-peer.js';
import { TestDevice } from '../support/test-device.js';
import { tortureMessage, tortureNames } from '../support/torture.js';
import { optionsText, UdpPeer } from '../support/udp-peer.js';
import { WireCall } from '../support/wire-call.js';

/** Datagrams that the device's socket surely holds while it is busy with others. */
const BATCH = 100;
const MALFORMED_DATAGRAMS = 20_000;
const UNWANTED_CALLS = 3_000;
const CALL_LIMIT = 3;
/** Old space that the flooded program may use, in MiB: a leak of a kilobyte a datagram would end it. */
const HEAP_MIB = 56;

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function peerOf(port: number): Promise<UdpPeer> {
  const peer = await UdpPeer.open(port);
  closing.push(() => peer.close());
  return peer;
}

async function connectionTo(port: number): Promise<TcpPeer> {
  const peer = await TcpPeer.open(port);
  closing.push(() => peer.close());
  return peer;
}

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const random = numbers(4_475);

/** Every way in which a datagram can be none of the messages of RFC 3261, or almost one. */
const KINDS: readonly ((index: number) => Buffer)[] = [
  // Noise.
  (index) => Buffer.from(Array.from({ length: 1 + (index % 400) }, () => random(256))),
  // A message with octets exchanged.
  (index) => {
    const bytes = Buffer.from(anyMessage(index));
    for (let count = 0; count < 8; count++) bytes[random(bytes.length)] = random(256);
    return bytes;
  },
  // A message that stops somewhere.
  (index) => anyMessage(index).subarray(0, random(anyMessage(index).length)),
  // A message without one of its lines.
  (index) => {
    const lines = anyMessage(index).toString('latin1').split('\r\n');
    lines.splice(random(lines.length), 1);
    return Buffer.from(lines.join('\r\n'), 'latin1');
  },
  // A header without end.
  (index) => Buffer.from(`OPTIONS sip:a@b SIP/2.0\r\nVia: ${'SIP/2.0/UDP x;'.repeat(index % 200)}`),
  // Very many headers.
  (index) => Buffer.from(`OPTIONS sip:a@b SIP/2.0\r\n${'X: y\r\n'.repeat(index % 400)}\r\n`),
  // Nothing, and almost nothing.
  (index) => Buffer.from(['', '\0', '\r\n', '\r\n\r\n', ' ', 'SIP/2.0', 'INVITE', '\n'][index % 8] ?? ''),
  // Another protocol.
  (index) => Buffer.from(`GET /${index} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`),
];

const messages = tortureNames().map(tortureMessage);

function anyMessage(index: number): Buffer {
  return messages[index % messages.length] ?? Buffer.alloc(1);
}

function malformed(index: number): Buffer {
  return KINDS[index % KINDS.length]?.(index) ?? Buffer.alloc(0);
}

/** Sends many things, never more at once than a socket holds; `watch` is a peer that is always answered. */
async function flood(
  watch: UdpPeer,
  count: number,
  send: (index: number) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - start) }, (_, index) => send(start + index));
    await Promise.all(batch);
    await watch.ask();
  }
}

describe('a call in progress under a flood of calls', () => {
  let siren: TestDevice;
  const log = new RecordingLog();

  beforeEach(async () => {
    siren = await TestDevice.start({ log, sip: { maxConcurrentCalls: CALL_LIMIT } });
    closing.push(() => siren.close());
  });

  it('keeps its siren, its keys and its end, while the others get 503 with Retry-After', async () => {
    const phone = await peerOf(siren.sipPort);
    const crowd = await peerOf(siren.sipPort);
    const call = await WireCall.establish(phone, '1001');
    await siren.event('activity', (event) => event.profile === 'Evacuation' && event.change === 'started');

    const unwanted = Array.from({ length: UNWANTED_CALLS }, () => new WireCall(crowd, '1002'));
    let most = 0;
    await flood(phone, UNWANTED_CALLS, async (index) => {
      most = Math.max(most, siren.device.calls.list().length);
      await unwanted[index]?.invite();
      // Every second caller behaves; the others never say a word again.
      if (index % 2 === 0) await unwanted[index]?.final('INVITE').then(() => unwanted[index]?.ack());
      if (index % 1_000 === 500) {
        expect((await call.info(`${index % 7}`)).status).toBe(200);
        expect(siren.device.siren.status().siren[0]).toMatchObject({ profile: 'Evacuation', running: true });
      }
    });

    const answers = new Map<string, SipResponse>();
    for (const message of crowd.received.all) {
      if (message.kind === 'response' && message.cseq.method === 'INVITE' && message.status >= 200) {
        answers.set(message.callId, message);
      }
    }
    const taken = [...answers.values()].filter(({ status }) => status === 200);
    const refused = [...answers.values()].filter(({ status }) => status === 503);
    expect(taken).toHaveLength(CALL_LIMIT - 1);
    expect(taken.length + refused.length).toBe(answers.size);
    expect(refused.length).toBeGreaterThanOrEqual(UNWANTED_CALLS / 2 - taken.length);
    expect(refused.every(({ headers }) => /^[1-9]\d?$/.test(headers.first('Retry-After') ?? ''))).toBe(true);
    expect(most).toBeLessThanOrEqual(CALL_LIMIT);
    expect(siren.device.calls.history().length).toBeLessThanOrEqual(200);

    expect(siren.events('call.dtmf').map(({ digit }) => digit)).toEqual(['3', '2', '1']);
    expect((await call.bye()).status).toBe(200);
    await siren.event('activity', (event) => event.profile === 'Evacuation' && event.change === 'ended');
    for (const other of unwanted) {
      if (answers.get(other.callId)?.status !== 200) continue;
      await other.final('INVITE');
      await other.ack();
      expect((await other.bye()).status).toBe(200);
    }
    const next = await WireCall.establish(phone, '1001');
    expect((await next.bye()).status).toBe(200);
    expect(log.messages('error')).toEqual([]);
  }, 30_000);
});

describe('a device with little memory', () => {
  let device: SipsirenDevice;
  let peer: UdpPeer;

  beforeEach(async () => {
    device = await SipsirenDevice.start({
      nodeArguments: [`--max-old-space-size=${HEAP_MIB}`],
      arguments: ['--tls-port', `${await freePort()}`],
    });
    closing.push(() => device.remove());
    peer = await peerOf(device.sipPort);
  }, 15_000);

  it(`survives ${MALFORMED_DATAGRAMS} malformed datagrams, with few lines in its log`, async () => {
    const call = await WireCall.establish(peer, '1001');
    await flood(peer, MALFORMED_DATAGRAMS / 4, (index) => peer.send(malformed(index)));
    const before = residentMemory(device.process.pid);
    await flood(peer, (MALFORMED_DATAGRAMS * 3) / 4, (index) => peer.send(malformed(index)));
    const grown = residentMemory(device.process.pid) - before;
    process.stderr.write(`resident memory grew by ${grown.toFixed(1)} MiB under malformed datagrams\n`);
    expect(grown).toBeLessThan(HEAP_MIB);
    expect(await device.api('GET', '/status')).toMatchObject({
      body: { siren: [{ profile: 'Evacuation', running: true }] },
    });
    expect((await call.bye()).status).toBe(200);
    expect(device.process.output.all.length).toBeLessThan(200);
    expect(await device.stop()).toBe(0);
  }, 60_000);

  it('survives calls that nobody acknowledges, far beyond its limit', async () => {
    const limited = await device.api('PATCH', '/sip', { maxConcurrentCalls: CALL_LIMIT });
    expect(limited.status).toBe(200);
    const crowd = await peerOf(device.sipPort);
    await flood(peer, 4_000, () => new WireCall(crowd, '1002').invite());
    expect(await device.api('GET', '/status')).toMatchObject({ status: 200 });
    expect(((await device.api('GET', '/calls')).body as unknown[]).length).toBeLessThanOrEqual(
      CALL_LIMIT + 200,
    );
    expect(device.process.output.all.length).toBeLessThan(200);
    expect(await device.stop()).toBe(0);
  }, 30_000);

  it('takes the largest datagram there is, and what is wrong with it', async () => {
    const head = optionsText({ callId: 'large', port: peer.port, protocol: 'UDP' });
    const padding = (length: number) => `X-Padding: ${'x'.repeat(length)}\r\n`;
    const largest = 65_507 - head.length - padding(0).length;
    await peer.send(head.replace('Content-Length', `${padding(largest)}Content-Length`));
    await peer.send(Buffer.alloc(65_507, 'x'));
    await peer.send(Buffer.alloc(65_507, '\r\n'));
    await peer.ask();
    const answers = peer.responses('large').map(({ status }) => status);
    expect(answers).toHaveLength(1);
    expect([200, 400, 413, 513]).toContain(answers[0]);
  });
});

describe('connections that misbehave', () => {
  let siren: TestDevice;
  const log = new RecordingLog();

  beforeEach(async () => {
    siren = await TestDevice.start({ log });
    closing.push(() => siren.close());
  });

  const options = (callId: string, peer: TcpPeer) =>
    optionsText({ callId, port: peer.port, protocol: 'TCP' });

  it('are read octet by octet, and others need not wait for them', async () => {
    const slow = await connectionTo(siren.sipPort);
    const quick = await connectionTo(siren.sipPort);
    const text = options('slow', slow);
    for (const [index, octet] of Buffer.from(text).entries()) {
      await slow.send(Buffer.of(octet));
      if (index % 100 !== 50) continue;
      const callId = `quick-${index}`;
      await quick.send(options(callId, quick));
      expect(await quick.message(callId)).toMatch(/^SIP\/2\.0 200 /);
      expect(slow.received.all).toEqual([]);
    }
    expect(await slow.message('Call-ID: slow')).toMatch(/^SIP\/2\.0 200 /);
  });

  it('are limited in number from one address, those that are open go on, and room comes back', async () => {
    const before = await connectionTo(siren.sipPort);
    await before.send(options('before', before));
    await before.message('Call-ID: before');
    const many = await Promise.all(Array.from({ length: 150 }, () => connectionTo(siren.sipPort)));
    const answered = await Promise.all(
      many.map(async (peer, index) => {
        await peer.send(options(`many-${index}`, peer));
        return (await peer.messageOrClose(`Call-ID: many-${index}`)) !== undefined;
      }),
    );
    expect(answered.filter(Boolean)).toHaveLength(99);
    await before.send(options('after', before));
    expect(await before.message('Call-ID: after')).toMatch(/^SIP\/2\.0 200 /);
    const byUdp = await peerOf(siren.sipPort);
    expect((await byUdp.ask()).status).toBe(200);
    await Promise.all(many.map((peer) => peer.finish()));
    const next = await connectionTo(siren.sipPort);
    await next.send(options('next', next));
    expect(await next.message('Call-ID: next')).toMatch(/^SIP\/2\.0 200 /);
    expect(log.messages('error')).toEqual([]);
  });

  it.each([
    [
      'a body',
      (head: string) => head.replace(/Content-Length: 0\r\n\r\n$/, 'Content-Length: 2097152\r\n\r\n'),
    ],
    ['a header', (head: string) => head.replace(/\r\n\r\n$/, '\r\nX-Padding: ')],
    ['nothing in it', () => ''],
  ])('are cut when a message of 2 MiB comes with %s', async (_, begin) => {
    const peer = await connectionTo(siren.sipPort);
    await peer.send(begin(options('huge', peer)));
    // Cut on the way, it takes not all of it.
    await peer.send(Buffer.alloc(2 * 1_048_576, 'x'));
    await peer.closed;
    expect(peer.received.all.filter((text) => !/^SIP\/2\.0 [45]\d\d /.test(text))).toEqual([]);
    const next = await connectionTo(siren.sipPort);
    await next.send(options('next', next));
    expect(await next.message('Call-ID: next')).toMatch(/^SIP\/2\.0 200 /);
    expect(log.messages('error')).toEqual([]);
  });
});

/** In MiB; where the system has no /proc, the limit of the heap alone has to prove it. */
function residentMemory(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const kibibytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) / 1_024;
}
