import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { RtpHeader, writeRtpHeader } from './rtp-header.js';

const FIELDS = {
  marker: true,
  payloadType: 101,
  sequence: 65_535,
  timestamp: 4_000_000_000,
  ssrc: 3_735_928_559,
};

function packetWith(payload: readonly number[], change: (packet: Buffer) => void = () => undefined): Buffer {
  const packet = Buffer.concat([Buffer.alloc(12), Buffer.from(payload)]);
  writeRtpHeader(packet, FIELDS);
  change(packet);
  return packet;
}

describe('an RTP header', () => {
  it('is read as it was written', () => {
    const header = new RtpHeader();
    expect(header.read(packetWith([1, 2, 3]))).toBe(true);
    expect(header).toMatchObject({ ...FIELDS, payloadStart: 12, payloadEnd: 15 });
  });

  it('passes over contributing sources, an extension and padding', () => {
    const header = new RtpHeader();
    // Two sources, an extension of one word, a payload of three octets, padding of two.
    const rest = [...Array<number>(8).fill(9), 0xbe, 0xde, 0, 1, 7, 7, 7, 7, 1, 2, 3, 0, 2];
    expect(header.read(packetWith(rest, (packet) => (packet[0] = 0xb2)))).toBe(true);
    expect([header.payloadStart, header.payloadEnd]).toEqual([28, 31]);
  });

  it.each<[string, Buffer]>([
    ['too short', packetWith([]).subarray(0, 11)],
    ['another version', packetWith([], (packet) => (packet[0] = 0x40))],
    ['sources cut off', packetWith([1, 2], (packet) => (packet[0] = 0x81))],
    ['an extension cut off', packetWith([1, 2], (packet) => (packet[0] = 0x90))],
    ['an extension longer than the packet', packetWith([0, 0, 0, 9], (packet) => (packet[0] = 0x90))],
    ['more padding than packet', packetWith([1, 200], (packet) => (packet[0] = 0xa0))],
    ['padding of nothing', packetWith([1, 0], (packet) => (packet[0] = 0xa0))],
  ])('is refused: %s', (_what, packet) => {
    expect(new RtpHeader().read(packet)).toBe(false);
  });

  it('never throws and never points outside the packet', () => {
    const header = new RtpHeader();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => {
        const packet = Buffer.from(octets);
        if (packet.length > 0) packet[0] = 0x80 | ((packet[0] ?? 0) & 0x3f);
        if (!header.read(packet)) return;
        expect(header.payloadStart).toBeGreaterThanOrEqual(12);
        expect(header.payloadEnd).toBeGreaterThanOrEqual(header.payloadStart);
        expect(header.payloadEnd).toBeLessThanOrEqual(packet.length);
      }),
      { numRuns: 2_000 },
    );
  });
});
