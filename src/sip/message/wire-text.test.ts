import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decode, encode } from './wire-text.js';

describe('wire text', () => {
  it('gives any octets back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        const bytes = Buffer.from(octets);
        expect(encode(decode(bytes)).equals(bytes)).toBe(true);
      }),
    );
  });

  it('is UTF-8 wherever the octets are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decode(Buffer.from(text))).toBe(text);
        expect(encode(text).toString()).toBe(text);
      }),
    );
    expect(decode(Buffer.from([0x61, 0xc3, 0xbc, 0xfc, 0x62]))).toBe('aü\udcfcb');
  });

  it('reads only the part that is asked for', () => {
    expect(decode(Buffer.from('abcd'), 1, 3)).toBe('bc');
    expect(decode(Buffer.from('äbcd'), 2, 4)).toBe('bc');
  });
});
