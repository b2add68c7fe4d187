import { describe, expect, it } from '@jest/globals';
import { createLightFrame } from '../../../patterns/light-frame.js';
import { ddpPackets } from './ddp-packets.js';
import { LedStrip } from './led-strip.js';

/** Section n has red n + 1, and white 100. */
const frame = createLightFrame();
for (let section = 0; section < 12; section++) {
  frame[section * 4] = section + 1;
  frame[section * 4 + 3] = 100;
}

const reds = (leds: number, offset = 0, reversed = false) => {
  const strip = new LedStrip({ leds, offset, reversed, channels: 'rgbw' });
  strip.draw(frame);
  return Array.from({ length: leds }, (_, led) => strip.bytes[led * 4]);
};

describe('LedStrip', () => {
  it('spreads the ring over as many LEDs as there are', () => {
    expect(reds(24)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12]);
    expect(reds(4)).toEqual([1, 4, 7, 10]);
    expect(reds(1)).toEqual([1]);
  });

  it('begins where direction A is, and goes the other way round where the strip does', () => {
    expect(reds(12, 3)).toEqual([10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(reds(12, 0, true)).toEqual([1, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  });

  it('makes white of the colours where there is no white LED', () => {
    const strip = new LedStrip({ leds: 12, offset: 0, reversed: false, channels: 'rgb' });
    strip.draw(frame);
    expect([...strip.bytes.subarray(0, 6)]).toEqual([101, 100, 100, 102, 100, 100]);
  });
});

describe('DDP packets', () => {
  it('push the picture with the last of them, and tear no LED apart', () => {
    const packets = ddpPackets(Buffer.alloc(3_000, 7), 'rgb', 5);
    expect(packets.map((packet) => [...packet.subarray(0, 10)])).toEqual([
      [0x40, 5, 0x0b, 1, 0, 0, 0, 0, 0x05, 0xa0],
      [0x40, 5, 0x0b, 1, 0, 0, 0x05, 0xa0, 0x05, 0xa0],
      [0x41, 5, 0x0b, 1, 0, 0, 0x0b, 0x40, 0, 120],
    ]);
  });
});
