import { describe, expect, it } from '@jest/globals';

import { AUDIO_CODECS } from './codecs/index.js';
import { encodeALaw, encodeMuLaw } from './codecs/g711.js';
import type { NegotiatedAudio } from './negotiation.js';
import { RtpHeader } from './rtp-header.js';
import { RtpSender } from './rtp-sender.js';
import { frameSamples, type ToneSource } from './tone-source.js';

const FRAME_SAMPLES = frameSamples(8_000);
const ADDRESS = { address: '127.0.0.1', port: 9_000 };

const AUDIO: NegotiatedAudio = {
  codec: AUDIO_CODECS.PCMU.offered,
  payloadType: 0,
  parameters: '',
  keys: { payloadType: 96, clockRate: 8_000 },
  packetTime: 20,
  direction: 'sendrecv',
  isRemoteHold: false,
  remote: {
    rtp: ADDRESS,
    rtcp: ADDRESS,
    rtcpMux: false,
    rtcpWanted: true,
    direction: 'sendrecv',
    packetTime: undefined,
    formats: [],
  },
};

interface Sent {
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly payload: Buffer;
}

function setUp(change: Partial<NegotiatedAudio> = {}) {
  const sent: Sent[] = [];
  const header = new RtpHeader();
  const sender = new RtpSender((packet) => {
    if (!header.read(packet)) throw new Error('not RTP');
    const { marker, payloadType, sequence, timestamp, payloadStart } = header;
    sent.push({ marker, payloadType, sequence, timestamp, payload: packet.subarray(payloadStart) });
  });
  sender.configure({ ...AUDIO, ...change });
  return { sender, sent };
}

/** A tone of so many frames, each full of its own number. */
function countingTone(frames: number): ToneSource {
  let frame = 0;
  return () => (frame++ < frames ? new Int16Array(FRAME_SAMPLES).fill(frame * 1_000) : undefined);
}

/** Differences between neighbours, in the arithmetic of the field. */
function steps(values: readonly number[], span: number): number[] {
  return values.slice(1).map((value, index) => (value - (values[index] ?? 0) + span) % span);
}

function tick(sender: RtpSender, times: number): void {
  for (let time = 0; time < times; time++) sender.advance(1, 0);
}

describe('the stream to the peer', () => {
  it('is in sequence, in time, and marked at its beginning only', () => {
    const { sender, sent } = setUp();
    tick(sender, 70_000);
    expect(
      new Set(
        steps(
          sent.map(({ sequence }) => sequence),
          0x10000,
        ),
      ),
    ).toEqual(new Set([1]));
    expect(
      new Set(
        steps(
          sent.map(({ timestamp }) => timestamp),
          0x1_0000_0000,
        ),
      ),
    ).toEqual(new Set([160]));
    expect(sent.map(({ marker }) => marker).lastIndexOf(true)).toBe(0);
    expect(sender).toMatchObject({ packetsSent: 70_000, octetsSent: 70_000 * 160 });
  });

  it('is a tone while one plays, then silence of the codec', () => {
    const { sender, sent } = setUp({ codec: AUDIO_CODECS.PCMA.offered, payloadType: 8 });
    sender.play(countingTone(2));
    tick(sender, 4);
    expect(sent.map(({ payload }) => payload[77])).toEqual([
      encodeALaw(1_000),
      encodeALaw(2_000),
      0xd5,
      0xd5,
    ]);
  });

  it.each([
    [10, [80, 80]],
    [20, [160]],
    [30, [240]],
    [40, [320]],
    [50, [400]],
    [60, [480]],
  ])('comes in packets of %i ms where the peer wants it so, no sample lost', (packetTime) => {
    const { sender, sent } = setUp({ packetTime });
    sender.play(countingTone(30));
    tick(sender, 30);
    const samples = packetTime * 8;
    expect(sent.every(({ payload }) => payload.length === samples)).toBe(true);
    expect(
      new Set(
        steps(
          sent.map(({ timestamp }) => timestamp),
          0x1_0000_0000,
        ),
      ),
    ).toEqual(new Set([samples]));
    const heard = Buffer.concat(sent.map(({ payload }) => payload));
    expect(heard).toHaveLength(30 * FRAME_SAMPLES);
    for (let frame = 0; frame < 30; frame++) {
      expect(heard[frame * FRAME_SAMPLES]).toBe(encodeMuLaw((frame + 1) * 1_000));
    }
  });

  it('catches up with three packets at most, leaving a gap in its time', () => {
    const { sender, sent } = setUp();
    tick(sender, 1);
    sender.advance(10, 0);
    expect(sent).toHaveLength(4);
    expect(
      steps(
        sent.map(({ timestamp }) => timestamp),
        0x1_0000_0000,
      ),
    ).toEqual([8 * 160, 160, 160]);
    expect(
      steps(
        sent.map(({ sequence }) => sequence),
        0x10000,
      ),
    ).toEqual([1, 1, 1]);
  });

  it('stops on hold, and goes on marked where the time has got to', () => {
    const { sender, sent } = setUp();
    tick(sender, 2);
    sender.configure({ ...AUDIO, direction: 'recvonly' });
    tick(sender, 50);
    expect(sent).toHaveLength(2);
    sender.configure(AUDIO);
    tick(sender, 1);
    expect(sent.map(({ marker }) => marker)).toEqual([true, false, true]);
    expect(
      steps(
        sent.map(({ timestamp }) => timestamp),
        0x1_0000_0000,
      ),
    ).toEqual([160, 51 * 160]);
  });

  it('changes its codec between packets', () => {
    const { sender, sent } = setUp();
    tick(sender, 1);
    sender.configure({ ...AUDIO, codec: AUDIO_CODECS.PCMA.offered, payloadType: 8 });
    tick(sender, 1);
    expect(sent.map(({ payloadType, payload }) => [payloadType, payload[0]])).toEqual([
      [0, 0xff],
      [8, 0xd5],
    ]);
  });

  it('carries keys in place of audio, and audio again in its time', () => {
    const { sender, sent } = setUp();
    const outcome: string[] = [];
    sender.keys.press({
      codes: [10],
      pressFrames: 2,
      pauseFrames: 2,
      onDone: () => outcome.push('done'),
      onFailed: () => outcome.push('failed'),
    });
    tick(sender, 7);
    expect(sent.map(({ payloadType }) => payloadType)).toEqual([96, 96, 96, 96, 0, 0, 0]);
    expect(sent.slice(0, 4).map(({ payload }) => payload.toString('hex'))).toEqual([
      '0a0a00a0',
      '0a8a0140',
      '0a8a0140',
      '0a8a0140',
    ]);
    const start = sent[0]!.timestamp;
    expect(sent.map(({ timestamp }) => (timestamp - start) >>> 0)).toEqual([0, 0, 0, 0, 640, 800, 960]);
    expect(
      new Set(
        steps(
          sent.map(({ sequence }) => sequence),
          0x10000,
        ),
      ),
    ).toEqual(new Set([1]));
    expect(outcome).toEqual(['done']);
  });

  it('is silence once a source has failed', () => {
    const { sender, sent } = setUp();
    sender.play(() => {
      throw new Error('broken');
    });
    expect(() => sender.advance(1, 0)).toThrow('broken');
    expect(sender.isPlaying).toBe(false);
    tick(sender, 2);
    expect(sent.map(({ payload }) => payload[0])).toEqual([0xff, 0xff]);
  });

  it('goes on with what a source puts in its own place', () => {
    const { sender, sent } = setUp();
    sender.play(() => {
      sender.play(countingTone(1));
      return undefined;
    });
    tick(sender, 3);
    expect(sent.map(({ payload }) => payload[0])).toEqual([0xff, encodeMuLaw(1_000), 0xff]);
  });
});
