import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRtpHeader } from '../../src/media/rtp-header.js';
import { formatKeys } from '../../src/media/srtp/crypto-attribute.js';
import { CRYPTO_SUITES } from '../../src/media/srtp/crypto-suite.js';
import { randomMasterKey } from '../../src/media/srtp/master-key.js';
import { ReceivingContext } from '../../src/media/srtp/receiving-context.js';
import { SendingContext } from '../../src/media/srtp/sending-context.js';
import { Ffmpeg } from '../support/ffmpeg.js';
import { freePort } from '../support/free-port.js';
import { toneLevel } from '../support/tone-level.js';
import { until } from '../support/until.js';
import { readWav } from '../support/wav.js';

/** Linear samples of 44.1 kHz, which RTP has a number for and no codec could spoil (RFC 3551 section 4.5.11). */
const L16 = { payloadType: 11, rate: 44_100 };
const TONE = 440;
/** Samples in 10 ms. */
const FRAME = 441;

/** What ffmpeg's SRTP knows. */
const SUITES = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const;

let folder: string;
let socket: Socket;
let ffmpeg: Ffmpeg | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'srtp-'));
  socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
});

afterEach(async () => {
  await ffmpeg?.close();
  ffmpeg = undefined;
  socket.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One packet of a tone that goes on from packet to packet; its numbers turn in the middle of the test. */
function tonePacket(count: number): Buffer {
  const packet = Buffer.alloc(12 + 2 * FRAME);
  writeRtpHeader(packet, {
    marker: count === 0,
    payloadType: L16.payloadType,
    sequence: (65_500 + count) & 0xffff,
    timestamp: count * FRAME,
    ssrc: 0x5151_7e45,
  });
  for (let sample = 0; sample < FRAME; sample++) {
    const value = Math.sin((2 * Math.PI * TONE * (count * FRAME + sample)) / L16.rate);
    packet.writeInt16BE(Math.round(value * 8_000), 12 + 2 * sample);
  }
  return packet;
}

/** Whether somebody listens on the port. */
async function isTaken(port: number): Promise<boolean> {
  const probe = createSocket('udp4');
  const bound = once(probe, 'listening').then(
    () => false,
    () => true,
  );
  probe.bind(port, '127.0.0.1');
  const result = await bound;
  probe.close();
  return result;
}

describe.each(SUITES)('ffmpeg and %s', (name) => {
  const suite = CRYPTO_SUITES[name];
  const master = randomMasterKey(suite);

  it('opens what we protect, over a turn of the sequence numbers', async () => {
    const port = await freePort();
    const session = [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${port} RTP/SAVP ${L16.payloadType}`,
      `a=crypto:1 ${name} ${formatKeys(master)}`,
      '',
    ].join('\r\n');
    writeFileSync(join(folder, 'session.sdp'), session);
    const wav = join(folder, 'heard.wav');
    ffmpeg = new Ffmpeg(
      ...['-protocol_whitelist', 'file,udp,rtp,srtp,crypto,data'],
      ...['-i', join(folder, 'session.sdp'), '-t', '1', '-ac', '1', '-c:a', 'pcm_s16le', wav],
    );
    // Whoever comes after the turn of the numbers can open nothing, so it has to be there before.
    await until('ffmpeg to listen', () => isTaken(port));
    const sending = new SendingContext(suite, master);
    const peer = ffmpeg;
    const pace = setInterval(() => {
      const sealed = sending.protectRtp(tonePacket(count++), 12);
      if (sealed !== undefined) socket.send(sealed, port, '127.0.0.1');
    }, 5);
    let count = 0;
    await peer.done().finally(() => clearInterval(pace));

    const { samples, sampleRate } = readWav(readFileSync(wav));
    expect(count).toBeGreaterThan(100);
    expect(toneLevel(samples, sampleRate, TONE)).toBeCloseTo(8_000 / 32_768, 1);
    expect(toneLevel(samples, sampleRate, 3 * TONE)).toBeLessThan(0.01);
  });

  it('protects what we open', async () => {
    const receiving = new ReceivingContext(suite, [master]);
    const samples: number[] = [];
    const rejections: string[] = [];
    socket.on('message', (packet) => {
      const opened = packet.readUInt8(1) >= 192 ? receiving.openRtcp(packet) : receiving.openRtp(packet, 12);
      if (typeof opened === 'string') rejections.push(opened);
      else if (opened.readUInt8(1) < 192) {
        for (let at = 12; at + 1 < opened.length; at += 2) samples.push(opened.readInt16BE(at) / 32_768);
      }
    });
    ffmpeg = new Ffmpeg(
      ...['-re', '-f', 'lavfi', '-i', `sine=frequency=${TONE}:sample_rate=${L16.rate}:duration=1`],
      ...['-c:a', 'pcm_s16be', '-ac', '1', '-f', 'rtp', '-srtp_out_suite', name],
      ...['-srtp_out_params', formatKeys(master).slice('inline:'.length)],
      `srtp://127.0.0.1:${socket.address().port}?rtcpport=${socket.address().port}`,
    );
    await ffmpeg.done();

    expect(rejections).toEqual([]);
    expect(receiving.accepted).toBeGreaterThan(50);
    expect(samples.length).toBeGreaterThan(0.95 * L16.rate);
    expect(toneLevel(Float64Array.from(samples), L16.rate, TONE)).toBeGreaterThan(0.1);
  });
});
