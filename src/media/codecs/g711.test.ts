import { describe, expect, it } from '@jest/globals';

import { decodeALaw, decodeMuLaw, encodeALaw, encodeMuLaw } from './g711.js';
import { AUDIO_CODECS } from './index.js';

describe('G.711', () => {
  it.each([
    [0, 0xff],
    [-1, 0x7f],
    [32_767, 0x80],
    [-32_768, 0x00],
    [4, 0xfe],
    [-4, 0x7e],
    [1_000, 0xce],
    [-1_000, 0x4e],
  ])('writes %i as the µ-law octet %i', (sample, octet) => {
    expect(encodeMuLaw(sample)).toBe(octet);
  });

  it.each([
    [0, 0xd5],
    [-1, 0x55],
    [32_767, 0xaa],
    [-32_768, 0x2a],
    [16, 0xd4],
    [-17, 0x54],
    [1_000, 0xfa],
    [-1_000, 0x7a],
  ])('writes %i as the A-law octet %i', (sample, octet) => {
    expect(encodeALaw(sample)).toBe(octet);
  });

  it('gives every octet back that a decoder made a sample of', () => {
    for (let octet = 0; octet < 256; octet++) {
      expect(encodeALaw(decodeALaw(octet))).toBe(octet);
      // Both octets of zero decode to the same sample, which is written as the positive one.
      if (octet !== 0x7f) expect(encodeMuLaw(decodeMuLaw(octet))).toBe(octet);
    }
  });

  it('is never farther from the sample than half the step of its segment', () => {
    for (let sample = -32_768; sample < 32_768; sample += 7) {
      const loudness = Math.abs(sample);
      const tolerance = Math.max(8, loudness / 16) + (loudness > 32_600 ? 700 : 0);
      expect(Math.abs(decodeMuLaw(encodeMuLaw(sample)) - sample)).toBeLessThanOrEqual(tolerance);
      expect(Math.abs(decodeALaw(encodeALaw(sample)) - sample)).toBeLessThanOrEqual(tolerance);
    }
  });

  it('has the silence that its encoder writes for nothing', () => {
    for (const { offered } of [AUDIO_CODECS.PCMU, AUDIO_CODECS.PCMA]) {
      const encoder = offered.createEncoder('');
      const packets = [Buffer.alloc(162), Buffer.alloc(162)] as const;
      expect(encoder.encode(new Int16Array(160), packets[0], 1)).toBe(160);
      expect(encoder.encodeSilence(160, packets[1], 1)).toBe(160);
      expect(packets[0]).toEqual(packets[1]);
      expect([packets[0][0], packets[0][161]]).toEqual([0, 0]);
    }
  });
});
