import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { guardPackets, LARGEST_PACKET } from './packet-guard.js';

function isTooLarge(...pieces: Uint8Array[]): boolean {
  const stream = new PassThrough();
  let found = false;
  guardPackets(stream, () => (found = true));
  for (const piece of pieces) stream.emit('data', piece);
  return found;
}

/** A packet of a body of so many bytes, its length as MQTT 3.1.1 section 2.2.3 has it. */
function packet(length: number): Buffer {
  const head = [0x30];
  let rest = length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    head.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return Buffer.concat([Buffer.from(head), Buffer.alloc(length, 0xff)]);
}

describe('the guard of packets', () => {
  it('lets packets of every size pass that is allowed, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20_000 })), { maxLength: 6 }),
        fc.integer({ min: 1, max: 5_000 }),
        (lengths, cut) => {
          const bytes = Buffer.concat(lengths.map(packet));
          const pieces: Buffer[] = [];
          for (let at = 0; at < bytes.length; at += cut) pieces.push(bytes.subarray(at, at + cut));
          expect(isTooLarge(...pieces)).toBe(false);
        },
      ),
      { numRuns: 50 },
    );
    expect(isTooLarge(packet(LARGEST_PACKET))).toBe(false);
  });

  it('finds one that is too large by its front, wherever it comes, and a length that never ends', () => {
    const front = packet(LARGEST_PACKET + 1).subarray(0, 5);
    expect(isTooLarge(packet(3), front)).toBe(true);
    expect(isTooLarge(...[...packet(200), ...front].map((byte) => Buffer.from([byte])))).toBe(true);
    expect(isTooLarge(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x80]))).toBe(true);
  });
});
