import { describe, expect, it } from '@jest/globals';
import type { ToneSource } from '../tone-source.js';
import { InbandDetector } from './inband-detector.js';
import { inbandKeys } from './inband-keys.js';

function heardOf(source: ToneSource, rate: number): string {
  let keys = '';
  const detector = new InbandDetector({ rate, onKey: (key) => (keys += key) });
  for (let frame = source(rate); frame !== undefined; frame = source(rate)) detector.receive(frame);
  return keys;
}

describe('keys as tones', () => {
  it.each([8_000, 16_000, 48_000])('are heard as they were pressed, at %i samples a second', (rate) => {
    expect(heardOf(inbandKeys('0123456789ABCD*#'), rate)).toBe('0123456789ABCD*#');
    expect(heardOf(inbandKeys('5550', { press: 40, pause: 40 }), rate)).toBe('5550');
  });

  it('last as long as was asked, and then no more', () => {
    const source = inbandKeys('12', { press: 60, pause: 50 });
    let frames = 0;
    while (source(8_000) !== undefined) frames++;
    expect(frames).toBe(11);
  });

  it('are refused where they are none', () => {
    expect(() => inbandKeys('12x')).toThrow('"12x" cannot be pressed.');
    expect(() => inbandKeys('')).toThrow('cannot be pressed');
  });
});
