import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { AudioCodec } from './audio-codec.js';
import { formatParameters } from './format-parameters.js';
import { G722Decoder } from './g722-decoder.js';
import { G722Encoder } from './g722-encoder.js';
import { AUDIO_CODECS } from './index.js';

const CODECS: readonly AudioCodec[] = [
  ...Object.values(AUDIO_CODECS).map(({ offered }) => offered),
  ...[8_000, 44_100, 48_000].flatMap((rate) =>
    [1, 2].flatMap((channels) => AUDIO_CODECS.L16.find(rate, channels) ?? []),
  ),
];

/** A second of two tones, as frames of 20 ms. */
function frames(rate: number, count = 50): Int16Array[] {
  const length = rate / 50;
  return Array.from({ length: count }, (_, frame) =>
    Int16Array.from({ length }, (__, index) => {
      const seconds = (frame * length + index) / rate;
      return 6_000 * Math.sin(2 * Math.PI * 440 * seconds) + 4_000 * Math.sin(2 * Math.PI * 1_300 * seconds);
    }),
  );
}

function concat(parts: readonly Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]));
}

/** Through encoder and decoder, frame by frame, and the octets of each payload. */
function through(codec: AudioCodec, sound: readonly Int16Array[], parameters = '') {
  const encoder = codec.createEncoder(parameters);
  const decoder = codec.createDecoder();
  const lengths: number[] = [];
  const heard = sound.map((frame) => {
    const packet = Buffer.alloc(codec.payloadLength(frame.length));
    const length = encoder.encode(frame, packet, 0);
    lengths.push(length);
    return decoder.decode(packet.subarray(0, length)).slice();
  });
  return { heard: concat(heard), lengths };
}

/** Decibels by which the sound is louder than what was changed of it, at the delay that fits best. */
function quality(before: Int16Array, after: Int16Array, longestDelay: number): number {
  let best = -Infinity;
  for (let delay = 0; delay <= longestDelay; delay++) {
    let signal = 0;
    let noise = 0;
    for (let index = before.length >> 1; index < before.length - longestDelay; index++) {
      const sample = before[index] ?? 0;
      signal += sample ** 2;
      noise += (sample - (after[index + delay] ?? 0)) ** 2;
    }
    best = Math.max(best, 10 * Math.log10(signal / Math.max(1, noise)));
  }
  return best;
}

describe('each codec', () => {
  it.each(CODECS.map((codec) => [`${codec.name}/${codec.clockRate}/${codec.channels}`, codec] as const))(
    '%s gives back what it was given',
    (_name, codec) => {
      const sound = frames(codec.sampleRate);
      const { heard, lengths } = through(codec, sound);
      expect(heard).toHaveLength(codec.sampleRate);
      const longest = codec.payloadLength(codec.sampleRate / 50);
      expect(lengths.every((length) => length > 0 && length <= longest)).toBe(true);
      const worst = { PCMU: 35, PCMA: 35, G722: 20, opus: 15, L16: 60 }[codec.name];
      expect(quality(concat(sound), heard, codec.sampleRate / 50)).toBeGreaterThan(worst);
    },
  );

  it.each(CODECS.map((codec) => [`${codec.name}/${codec.clockRate}/${codec.channels}`, codec] as const))(
    '%s has silence, and sound after it again',
    (_name, codec) => {
      const encoder = codec.createEncoder('');
      const decoder = codec.createDecoder();
      const count = codec.sampleRate / 50;
      let last = new Int16Array(0);
      for (let frame = 0; frame < 50; frame++) {
        const packet = Buffer.alloc(codec.payloadLength(count));
        last = decoder.decode(packet.subarray(0, encoder.encodeSilence(count, packet, 0))).slice();
      }
      expect(last).toHaveLength(count);
      expect(Math.max(...last.map(Math.abs))).toBeLessThan(20);
      const packet = Buffer.alloc(codec.payloadLength(count));
      for (const frame of frames(codec.sampleRate, 10)) {
        last = decoder.decode(packet.subarray(0, encoder.encode(frame, packet, 0))).slice();
      }
      expect(Math.max(...last)).toBeGreaterThan(8_000);
    },
  );

  it('survives every payload', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CODECS),
        fc.array(fc.uint8Array({ maxLength: 400 })),
        (codec, payloads) => {
          const decoder = codec.createDecoder();
          for (const payload of payloads) {
            const samples = decoder.decode(Buffer.from(payload));
            expect(samples.length).toBeLessThanOrEqual(Math.max(6_000, payload.length * 2));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** SHA-256 of what ffmpeg 5.1 makes of the sound below as G.722, and of what it makes of that. */
const ENCODED_BY_FFMPEG = '17c01f7397d55432a787ff7c7a9262c685d0124bea14e47911e9c7722b579c98';
const DECODED_BY_FFMPEG = '5625d9df07fe2910860d2c73d3de6a9746f14a69e6c0c3c5976a3fe8c7252cd7';

describe('G.722', () => {
  /** Tones and noise by whole numbers only, so that they are the same everywhere. */
  const sound = Int16Array.from({ length: 32_000 }, (_, index) => {
    const noise = (Math.imul(index, 1_103_515_245) + 12_345) >> 16;
    return ((index * 37) % 8_000) - 4_000 + (index > 16_000 ? noise >> 1 : 0);
  });

  it('writes the octets and the samples that ffmpeg writes', () => {
    const octets = Buffer.alloc(16_000);
    expect(new G722Encoder().encode(sound, octets, 0)).toBe(16_000);
    expect(createHash('sha256').update(octets).digest('hex')).toBe(ENCODED_BY_FFMPEG);
    const samples = new G722Decoder().decode(octets);
    const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(DECODED_BY_FFMPEG);
  });
});

describe('Opus', () => {
  const { offered: opus } = AUDIO_CODECS.opus;

  function averageLength(parameters: string): number {
    const { lengths } = through(opus, frames(48_000), parameters);
    return lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  }

  it('keeps below the bit rate that the peer can take, and what makes no sense is passed over', () => {
    expect(averageLength('maxaveragebitrate=8000')).toBeLessThan(30);
    expect(averageLength('maxaveragebitrate=lots;x;;=;maxplaybackrate=-1')).toBeGreaterThan(50);
    expect(averageLength('maxaveragebitrate=999999999')).toBeLessThan(120);
  });

  it('has packets of one size where the peer asks for that', () => {
    const { lengths } = through(opus, frames(48_000), 'cbr=1; useinbandfec=1; maxplaybackrate=8000');
    expect(new Set(lengths).size).toBe(1);
  });

  it('makes up what was lost', () => {
    const encoder = opus.createEncoder('');
    const decoder = opus.createDecoder();
    expect(decoder.conceal?.(960)).toEqual(new Int16Array(960));
    const packet = Buffer.alloc(opus.payloadLength(960));
    for (const frame of frames(48_000)) decoder.decode(packet.subarray(0, encoder.encode(frame, packet, 0)));
    const made = decoder.conceal?.(960) ?? new Int16Array(0);
    expect(made).toHaveLength(960);
    expect(Math.max(...made)).toBeGreaterThan(3_000);
  });
});

describe('format parameters', () => {
  it('are read without regard to case and spaces', () => {
    const parameters = formatParameters(' UseInbandFEC=1; stereo = 0 ;usedtx;');
    expect([...parameters]).toEqual([
      ['useinbandfec', '1'],
      ['stereo', '0'],
      ['usedtx', ''],
    ]);
  });
});
