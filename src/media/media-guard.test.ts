import { afterEach, describe, expect, it } from '@jest/globals';

import { FakeClock } from '../../test/support/fake-clock.js';
import { RtpPeer, turn, untilSo } from '../../test/support/rtp-peer.js';
import { milliseconds, seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { AUDIO_CODECS } from './codecs/index.js';
import { MediaEngine } from './media-engine.js';
import type { MediaSessionOptions } from './media-session-options.js';
import type { MediaSession } from './media-session.js';
import { writeRtcp } from './rtcp-packet.js';
import { writeRtpHeader } from './rtp-header.js';
import { writeEvent } from './telephone-event.js';
import { continuousTone } from './tone-source.js';

const engines: MediaEngine[] = [];
const peers: RtpPeer[] = [];

async function openPeer(address = '127.0.0.1'): Promise<RtpPeer> {
  const peer = await RtpPeer.open(address);
  peers.push(peer);
  return peer;
}

function offerOf(port: number, formats = '0 101', ...lines: string[]): string {
  const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
  const maps = ['a=rtpmap:101 telephone-event/8000', 'a=rtpmap:107 opus/48000/2'];
  return [...head, `m=audio ${port} RTP/AVP ${formats}`, ...maps, ...lines, ''].join('\r\n');
}

async function call(options: Partial<MediaSessionOptions> = {}, address = '127.0.0.1') {
  const clock = new FakeClock();
  const engine = new MediaEngine({ clock, log: silentLog, address: '0.0.0.0', firstPort: 47_000 });
  engines.push(engine);
  const peer = await openPeer(address);
  const session = await engine.createSession({
    advertisedAddress: '127.0.0.1',
    codecs: ['PCMU', 'G722', 'opus'],
    ...options,
  });
  const digits: string[] = [];
  session.onDtmf = (digit) => digits.push(digit);
  session.answer(offerOf(peer.port));
  session.start();
  return { clock, peer, session, digits };
}

function packetOf(sequence: number, fields: { ssrc?: number; key?: number } = {}): Buffer {
  const { ssrc = 77, key } = fields;
  const packet = Buffer.alloc(key === undefined ? 172 : 16, 0xff);
  const payloadType = key === undefined ? 0 : 101;
  writeRtpHeader(packet, { marker: false, payloadType, sequence, timestamp: sequence * 160, ssrc });
  if (key !== undefined) writeEvent(packet, 12, { code: key, isEnd: false, duration: 160 });
  return packet;
}

async function judged(session: MediaSession, count: number): Promise<void> {
  await untilSo(() => session.statistics.received + session.statistics.ignored >= count);
}

/** Three packets in sequence, which is more than a translator's address needs to be learned. */
async function threeFrom(peer: RtpPeer, session: MediaSession): Promise<void> {
  const before = session.statistics.received + session.statistics.ignored;
  for (const sequence of [1, 2]) await peer.send(packetOf(sequence), session.port);
  await peer.send(packetOf(3, { key: 5 }), session.port);
  await judged(session, before + 3);
}

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  for (const peer of peers.splice(0)) peer.close();
});

describe('a stranger who shouts into a call’s port (RTP bleed)', () => {
  it('is not heard from a host of its own, whenever it begins and however long it goes on', async () => {
    const { clock, peer, session, digits } = await call();
    const attacker = await openPeer('127.0.0.66');
    for (const moment of [0, 600, 1_000, 9_000]) {
      clock.advance(milliseconds(moment - clock.now()));
      await threeFrom(attacker, session);
    }
    expect(digits).toEqual([]);
    expect(session.statistics).toMatchObject({
      received: 0,
      remoteAddress: '127.0.0.1',
      remotePort: peer.port,
    });
    await untilSo(() => peer.packets.length > 0);
    expect(attacker.packets).toEqual([]);
  });

  it('gets nothing where the peer sends, though it sits on the peer’s own host', async () => {
    const { clock, peer, session, digits } = await call();
    await peer.send(packetOf(1), session.port);
    await judged(session, 1);
    const attacker = await openPeer();
    clock.advance(seconds(1));
    await threeFrom(attacker, session);
    expect(digits).toEqual([]);
    expect(session.statistics).toMatchObject({ received: 1, ignored: 3, remotePort: peer.port });
  });

  it('changes nothing once a translator’s address was learned', async () => {
    const { clock, session } = await call();
    const outside = await openPeer();
    clock.advance(seconds(1));
    await threeFrom(outside, session);
    expect(session.statistics.remotePort).toBe(outside.port);
    const attacker = await openPeer();
    clock.advance(seconds(1));
    await threeFrom(attacker, session);
    expect(session.statistics.remotePort).toBe(outside.port);
  });

  it('does not stop the watch for silence, by RTP nor by RTCP', async () => {
    const { clock, session } = await call({ silenceAfter: 5_000 });
    let silences = 0;
    session.onSilence = () => silences++;
    const attacker = await openPeer('127.0.0.66');
    clock.advance(seconds(4));
    await threeFrom(attacker, session);
    const report = writeRtcp({ ssrc: 9, cname: 'x', isGoodbye: false });
    await attacker.send(report, session.port + 1);
    await untilSo(() => session.statistics.ignored === 4);
    clock.advance(seconds(2));
    expect(silences).toBe(1);
  });
});

describe('audio from behind a translator', () => {
  it('is taken from where signaling comes from, also where that was learned later', async () => {
    const { clock, session, digits } = await call();
    const outside = await openPeer('127.0.0.3');
    clock.advance(seconds(1));
    await threeFrom(outside, session);
    expect(session.statistics.received).toBe(0);
    session.setPeerAddress('127.0.0.3');
    await threeFrom(outside, session);
    expect(digits).toEqual(['5']);
    expect(session.statistics).toMatchObject({ remoteAddress: '127.0.0.3', remotePort: outside.port });
  });

  it('is taken from hosts that the call’s rules name', async () => {
    const { clock, session } = await call({ mayLatchTo: (address) => address === '127.0.0.4' });
    const other = await openPeer('127.0.0.5');
    const server = await openPeer('127.0.0.4');
    clock.advance(seconds(1));
    await threeFrom(other, session);
    await threeFrom(server, session);
    expect(session.statistics).toMatchObject({ remoteAddress: '127.0.0.4', remotePort: server.port });
  });
});

describe('a peer that has fallen silent', () => {
  it('is told of once, and once more when it spoke and fell silent again', async () => {
    const { clock, peer, session } = await call({ silenceAfter: 5_000 });
    let silences = 0;
    session.onSilence = () => silences++;
    clock.advance(seconds(4));
    expect(silences).toBe(0);
    clock.advance(seconds(60));
    expect(silences).toBe(1);
    await peer.send(packetOf(1), session.port);
    await judged(session, 1);
    clock.advance(seconds(4));
    expect(silences).toBe(1);
    clock.advance(seconds(3));
    expect(silences).toBe(2);
  });

  it('is not silent while reports come, as on hold', async () => {
    const { clock, peer, session } = await call({ silenceAfter: 5_000 });
    let silences = 0;
    session.onSilence = () => silences++;
    session.answer(offerOf(peer.port, '0 101', 'a=inactive'));
    for (let report = 0; report < 5; report++) {
      clock.advance(seconds(4));
      const before = session.statistics.ignored;
      await peer.send(writeRtcp({ ssrc: 9, cname: 'x', isGoodbye: false }), session.port + 1);
      for (let turns = 0; turns < 50; turns++) await turn();
      expect(session.statistics.ignored).toBe(before);
    }
    expect(silences).toBe(0);
    clock.advance(seconds(6));
    expect(silences).toBe(1);
  });

  it('is nobody’s business where that is turned off', async () => {
    const { clock, session } = await call();
    let silences = 0;
    session.onSilence = () => silences++;
    clock.advance(seconds(600));
    expect(silences).toBe(0);
  });
});

describe('a codec that changes within a call', () => {
  it('leaves no gap in sequence nor time where the clock stays', async () => {
    const { clock, peer, session } = await call();
    session.play(continuousTone(440));
    clock.advance(milliseconds(100));
    session.answer(offerOf(peer.port, '9 101', 'a=ptime:40'));
    clock.advance(milliseconds(100));
    session.answer(offerOf(peer.port, '0 101'));
    clock.advance(milliseconds(100));
    const packets = await peer.hear(13);
    const first = packets[0]!;
    let expected = first.readUInt32BE(4);
    packets.slice(0, 13).forEach((packet, index) => {
      expect(packet.readUInt16BE(2)).toBe((first.readUInt16BE(2) + index) & 0xffff);
      expect(packet.readUInt32BE(4)).toBe(expected >>> 0);
      expect(packet.readUInt32BE(8)).toBe(first.readUInt32BE(8));
      expected += packet.length - 12;
    });
    const types = packets.map((packet) => packet.readUInt8(1) & 0x7f);
    expect(new Set(types)).toEqual(new Set([0, 9]));
  });

  it('goes on under another identifier where the clock changes (RFC 7160)', async () => {
    const { clock, peer, session } = await call();
    clock.advance(milliseconds(100));
    session.answer(offerOf(peer.port, '107'));
    clock.advance(milliseconds(100));
    const packets = (await peer.hear(11)).slice(0, 11);
    const identifiers = packets.map((packet) => packet.readUInt32BE(8));
    expect(new Set(identifiers).size).toBe(2);
    const opus = packets.filter((packet) => (packet.readUInt8(1) & 0x7f) === 107);
    expect(opus.length).toBeGreaterThanOrEqual(5);
    expect((opus[1]!.readUInt32BE(4) - opus[0]!.readUInt32BE(4)) >>> 0).toBe(960);
  });
});

describe('listening to the peer', () => {
  it('hears what it sends, by everybody who wants to, until nobody does', async () => {
    const { clock, peer, session } = await call();
    const heard: number[][] = [[], []];
    const stops = heard.map((frames) =>
      session.listen((samples, rate) => frames.push(Math.max(...samples) + rate)),
    );
    const tone = continuousTone(440);
    const encoder = AUDIO_CODECS.PCMU.offered.createEncoder('');
    const send = async (from: number, count: number): Promise<void> => {
      for (let sequence = from; sequence < from + count; sequence++) {
        const packet = packetOf(sequence);
        encoder.encode(tone(8_000)!, packet, 12);
        await peer.send(packet, session.port);
        await judged(session, sequence + 1);
        clock.advance(milliseconds(20));
      }
    };
    await send(0, 20);
    stops[0]?.();
    await send(20, 20);
    stops[1]?.();
    await send(40, 20);
    const [one = [], other = []] = heard;
    expect(one.length).toBeGreaterThanOrEqual(17);
    expect(one.length).toBeLessThanOrEqual(20);
    expect(other.length).toBe(one.length + 20);
    expect(other.every((loudest) => loudest > 8_000 + 10_000)).toBe(true);
    expect(session.statistics).toMatchObject({ late: 0, codecReceived: 'PCMU' });
  });
});
