import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { FakeClock } from '../../test/support/fake-clock.js';
import { RtpPeer, turn, untilSo } from '../../test/support/rtp-peer.js';
import { milliseconds, seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { MediaEngine } from './media-engine.js';
import type { MediaSessionOptions } from './media-session-options.js';
import type { MediaSession } from './media-session.js';
import { readRtcp, writeRtcp } from './rtcp-packet.js';
import { RtpHeader, writeRtpHeader } from './rtp-header.js';
import { writeEvent } from './telephone-event.js';

const OPTIONS: MediaSessionOptions = { advertisedAddress: '127.0.0.1', codecs: ['PCMU'] };

const engines: MediaEngine[] = [];
const peers: RtpPeer[] = [];

async function openPeer(address?: string): Promise<RtpPeer> {
  const peer = await RtpPeer.open(address);
  peers.push(peer);
  return peer;
}

function newEngine(address = '127.0.0.1') {
  const clock = new FakeClock();
  const engine = new MediaEngine({ clock, log: silentLog, address, firstPort: 44_000, maxSessions: 3 });
  engines.push(engine);
  return { clock, engine };
}

function offerOf(port: number, ...lines: string[]): string {
  const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
  const audio = [`m=audio ${port} RTP/AVP 0 101`, 'a=rtpmap:101 telephone-event/8000'];
  return [...head, ...audio, ...lines, ''].join('\r\n');
}

/** A call in progress with a peer, and the keys it has told of. */
async function call(...lines: string[]) {
  const { clock, engine } = newEngine();
  const peer = await openPeer();
  const session = await engine.createSession(OPTIONS);
  const digits: string[] = [];
  session.onDtmf = (digit) => digits.push(digit);
  session.answer(offerOf(peer.port, ...lines));
  session.start();
  return { clock, engine, peer, session, digits };
}

/** Lets so many milliseconds pass, the sockets delivering meanwhile. */
async function pass(clock: FakeClock, duration: number): Promise<void> {
  for (let passed = 0; passed < duration; passed += 200) {
    clock.advance(milliseconds(200));
    await turn();
  }
}

function packetOf(
  sequence: number,
  fields: { ssrc?: number; payloadType?: number; code?: number } = {},
): Buffer {
  const { ssrc = 77, payloadType = 0, code } = fields;
  const packet = Buffer.alloc(code === undefined ? 172 : 16, 0xff);
  const type = code === undefined ? payloadType : 101;
  writeRtpHeader(packet, { marker: false, payloadType: type, sequence, timestamp: sequence * 160, ssrc });
  if (code !== undefined) writeEvent(packet, 12, { code, isEnd: false, duration: 160 });
  return packet;
}

/** Waits until the session has judged so many packets. */
async function judged(session: MediaSession, count: number): Promise<void> {
  const done = (): number => session.statistics.received + session.statistics.ignored;
  await untilSo(() => done() >= count);
}

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  for (const peer of peers.splice(0)) peer.close();
});

describe('what comes over the wire', () => {
  it('is counted, and a key is told once', async () => {
    const { peer, session, digits } = await call();
    for (const sequence of [1, 2, 4]) await peer.send(packetOf(sequence), session.port);
    await peer.send(packetOf(5, { code: 3 }), session.port);
    await peer.send(packetOf(5, { code: 3 }), session.port);
    await judged(session, 5);
    expect(digits).toEqual(['3']);
    expect(session.statistics).toMatchObject({ received: 5, lost: 1, duplicates: 1, ignored: 0 });
    expect(session.statistics.octetsReceived).toBe(3 * 160 + 2 * 4);
  });

  it('never throws nor presses a key when it is garbage', async () => {
    const { peer, session, digits } = await call();
    const noise = fc
      .sample(fc.uint8Array({ maxLength: 200 }), { numRuns: 300, seed: 1 })
      .map((octets) => Buffer.from(octets));
    const cut = Array.from({ length: 16 }, (_, length) => packetOf(9, { code: 5 }).subarray(0, length));
    const strange = [
      packetOf(9, { payloadType: 18 }),
      packetOf(9, { payloadType: 102 }),
      packetOf(9, { code: 16 }),
    ];
    const packets = [...noise.filter((packet) => ((packet[1] ?? 0) & 0x7f) !== 101), ...cut, ...strange];
    for (const packet of packets) {
      await peer.send(packet, session.port);
      await peer.send(packet, session.port + 1);
    }
    await peer.send(packetOf(1, { code: 1 }), session.port);
    await untilSo(() => digits.length > 0);
    expect(digits).toEqual(['1']);
    expect(session.statistics.ignored).toBeGreaterThan(500);
  });

  it('is ignored where it comes from elsewhere, keys above all', async () => {
    const { clock, peer, session, digits } = await call();
    const stranger = await openPeer();
    await peer.send(packetOf(1), session.port);
    await judged(session, 1);
    clock.advance(seconds(2));
    for (let sequence = 1; sequence < 10; sequence++) {
      await stranger.send(packetOf(sequence, { code: sequence }), session.port);
    }
    await judged(session, 10);
    expect(digits).toEqual([]);
    expect(session.statistics).toMatchObject({ received: 1, ignored: 9, remotePort: peer.port });
  });

  it('may come from behind a translator, and our audio goes there then', async () => {
    const { clock, session, digits } = await call();
    const outside = await openPeer();
    clock.advance(seconds(1));
    for (const sequence of [1, 2]) await outside.send(packetOf(sequence), session.port);
    await outside.send(packetOf(3, { code: 7 }), session.port);
    await judged(session, 3);
    expect(digits).toEqual(['7']);
    expect(session.statistics.remotePort).toBe(outside.port);
    clock.advance(milliseconds(100));
    expect((await outside.hear(5))[0]).toHaveLength(172);
  });

  it('is nobody’s before an answer', async () => {
    const { engine } = newEngine();
    const peer = await openPeer();
    const session = await engine.createSession(OPTIONS);
    await peer.send(packetOf(1, { code: 1 }), session.port);
    await judged(session, 1);
    expect(session.statistics).toMatchObject({ received: 0, ignored: 1 });
  });

  it('does not press our own keys when the peer echoes them', async () => {
    const { clock, peer, session, digits } = await call();
    const echoed = async (from: number, to: number): Promise<void> => {
      for (const packet of (await peer.hear(to)).slice(from, to)) await peer.send(packet, session.port);
    };
    clock.advance(milliseconds(100));
    await echoed(0, 5);
    await judged(session, 5);
    const pressing = session.sendDtmf('42', { press: 40, pause: 40 });
    clock.advance(milliseconds(400));
    await pressing;
    await echoed(5, 25);
    await judged(session, 25);
    expect(digits).toEqual([]);
    const header = new RtpHeader();
    const identifiers = peer.packets
      .filter((packet) => ((packet[1] ?? 0) & 0x7f) !== 75 && header.read(packet))
      .map((packet) => packet.readUInt32BE(8));
    expect(new Set(identifiers).size).toBe(2);
  });
});

describe('reports over the wire', () => {
  it('go to the next port, say who is heard, and end with a goodbye', async () => {
    const rtcp = await openPeer();
    const { clock, peer, session } = await call(`a=rtcp:${rtcp.port}`);
    await peer.send(packetOf(1), session.port);
    await judged(session, 1);
    await pass(clock, 8_000);
    await rtcp.hear(1);
    session.close();
    const isGoodbye = (packet: Buffer): boolean => packet.subarray(-8, -6).toString('hex') === '81cb';
    const { packets } = rtcp;
    await untilSo(() => packets.some(isGoodbye));
    expect(packets.findIndex(isGoodbye)).toBe(packets.length - 1);
    expect(readRtcp(packets[0]!)?.reports).toMatchObject([{ ssrc: 77, cumulativeLost: 0 }]);
    expect(packets[0]![1]).toBe(200);
  });

  it('share the port with audio where that was agreed, in both directions', async () => {
    const { clock, peer, session } = await call('a=rtcp-mux');
    clock.advance(milliseconds(20));
    const ssrc = (await peer.hear(1))[0]!.readUInt32BE(8);
    const told = { fractionLost: 0, cumulativeLost: 6, highestSequence: 0, jitter: 16 };
    const report = { ssrc, lastSenderReport: 0, delay: 0, ...told };
    await peer.send(writeRtcp({ ssrc: 1, cname: 'x', isGoodbye: false, report }), session.port);
    await untilSo(() => session.statistics.lostAtPeer !== undefined);
    expect(session.statistics).toMatchObject({ lostAtPeer: 6, jitterAtPeer: 2 });
    session.close();
    await untilSo(() => peer.packets.some((packet) => readRtcp(packet) !== undefined));
    expect(peer.packets.filter((packet) => packet[1] === 200)).toHaveLength(1);
  });

  it('stop where the peer asks for none', async () => {
    const rtcp = await openPeer();
    const { clock, peer, session } = await call(`a=rtcp:${rtcp.port}`, 'b=RS:0', 'b=RR:0');
    await pass(clock, 10_000);
    session.close();
    await peer.hear(500);
    expect(rtcp.packets).toEqual([]);
  });
});

describe('a hold over the wire', () => {
  it('silences us until it is over', async () => {
    const { clock, peer, session } = await call();
    clock.advance(milliseconds(100));
    await peer.hear(6);
    session.answer(offerOf(peer.port, 'c=IN IP4 0.0.0.0'));
    clock.advance(milliseconds(1_000));
    session.answer(offerOf(peer.port));
    clock.advance(milliseconds(100));
    const packets = await peer.hear(11);
    expect(packets).toHaveLength(11);
    expect(packets.map((packet) => packet[1])).toEqual([0x80, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0]);
    const gap = packets[6]!.readUInt32BE(4) - packets[5]!.readUInt32BE(4);
    expect(gap >>> 0).toBe(51 * 160);
  });
});

describe('the engine', () => {
  it('bounds the sessions, and gives ports back when one ends', async () => {
    const { engine, clock } = newEngine();
    const sessions: MediaSession[] = [];
    for (let index = 0; index < 3; index++) sessions.push(await engine.createSession(OPTIONS));
    await expect(Promise.resolve(engine.createSession(OPTIONS))).rejects.toMatchObject({
      code: 'MEDIA_NO_PORT',
    });
    sessions[0]!.close();
    sessions[0]!.close();
    expect(engine.counts).toMatchObject({ sessions: 2, ports: { busy: 2, resting: 1 } });
    expect((await engine.createSession(OPTIONS)).port).not.toBe(sessions[0]!.port);
    await engine.close();
    await engine.close();
    expect(engine.counts.sessions).toBe(0);
    expect(clock.pending).toEqual([]);
  });

  it('speaks IPv4 and IPv6 through one port when bound to all addresses', async () => {
    const { engine, clock } = newEngine('::');
    const old = await openPeer();
    const young = await openPeer('::1');
    const sessions = [await engine.createSession(OPTIONS), await engine.createSession(OPTIONS)] as const;
    sessions[0].answer(offerOf(old.port));
    sessions[1].answer(offerOf(young.port).replace('c=IN IP4 127.0.0.1', 'c=IN IP6 0:0:0:0:0:0:0:1'));
    for (const session of sessions) session.start();
    clock.advance(milliseconds(60));
    await old.hear(3);
    await young.hear(3);
    await old.send(packetOf(1), sessions[0].port);
    await young.send(packetOf(1), sessions[1].port);
    for (const session of sessions) {
      await judged(session, 1);
      expect(session.statistics.received).toBe(1);
    }
  });
});
