import type { AudioCodec, AudioCodecKind, AudioDecoder, AudioEncoder } from './audio-codec.js';

/** The largest magnitude that µ-law can carry, and the bias that makes its segments powers of two (G.711 table 2). */
const MU_LAW_CLIP = 32_635;
const MU_LAW_BIAS = 132;

const PACKET_TIMES = [10, 20, 30, 40, 50, 60] as const;
const SAMPLE_RATE = 8_000;

/** One 16-bit linear sample in µ-law (ITU-T G.711). */
export function encodeMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(sample < 0 ? -sample : sample, MU_LAW_CLIP) + MU_LAW_BIAS;
  const segment = 24 - Math.clz32(magnitude);
  const step = (magnitude >> (segment + 3)) & 0x0f;
  return ~(sign | (segment << 4) | step) & 0xff;
}

/** One 16-bit linear sample in A-law with its even bits inverted (ITU-T G.711). */
export function encodeALaw(sample: number): number {
  const magnitude = sample < 0 ? ~sample : sample;
  const toggle = sample < 0 ? 0x55 : 0xd5;
  if (magnitude < 256) return (magnitude >> 4) ^ toggle;
  const segment = 24 - Math.clz32(magnitude);
  const step = (magnitude >> (segment + 3)) & 0x0f;
  return ((segment << 4) | step) ^ toggle;
}

/** The 16-bit linear sample in the middle of what a µ-law octet stands for. */
export function decodeMuLaw(octet: number): number {
  const code = ~octet & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + MU_LAW_BIAS) << ((code >> 4) & 7)) - MU_LAW_BIAS;
  return code & 0x80 ? -magnitude : magnitude;
}

/** The 16-bit linear sample in the middle of what an A-law octet stands for. */
export function decodeALaw(octet: number): number {
  const code = octet ^ 0x55;
  const segment = (code >> 4) & 7;
  const step = ((code & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return code & 0x80 ? magnitude : -magnitude;
}

/** What tells one law from the other. */
interface Law {
  readonly name: 'PCMU' | 'PCMA';
  readonly payloadType: number;
  readonly encode: (sample: number) => number;
  readonly decode: (octet: number) => number;
}

/** A codec of G.711: one octet a sample, 8000 a second, and no memory, so that one encoder serves all streams. */
export function g711Kind(law: Law): AudioCodecKind {
  const encoder = new LawEncoder(law.encode);
  const table = Int16Array.from({ length: 256 }, (_, octet) => law.decode(octet));
  const codec: AudioCodec = {
    name: law.name,
    sampleRate: SAMPLE_RATE,
    clockRate: SAMPLE_RATE,
    channels: 1,
    payloadType: law.payloadType,
    packetTimes: PACKET_TIMES,
    parameters: '',
    payloadLength: (samples) => samples,
    createEncoder: () => encoder,
    createDecoder: () => new LawDecoder(table),
  };
  return {
    name: law.name,
    offered: codec,
    isAvailable: true,
    find: (clockRate, channels) => (clockRate === SAMPLE_RATE && channels === 1 ? codec : undefined),
  };
}

class LawEncoder implements AudioEncoder {
  readonly #encode: (sample: number) => number;
  readonly #silence: number;

  constructor(encode: (sample: number) => number) {
    this.#encode = encode;
    this.#silence = encode(0);
  }

  encode(samples: Int16Array, target: Buffer, offset: number): number {
    const encode = this.#encode;
    const count = samples.length;
    for (let index = 0; index < count; index++) target[offset + index] = encode(samples[index] ?? 0);
    return count;
  }

  encodeSilence(count: number, target: Buffer, offset: number): number {
    target.fill(this.#silence, offset, offset + count);
    return count;
  }
}

class LawDecoder implements AudioDecoder {
  readonly #table: Int16Array;
  #samples = new Int16Array(0);

  constructor(table: Int16Array) {
    this.#table = table;
  }

  decode(payload: Buffer): Int16Array {
    const count = payload.length;
    if (this.#samples.length !== count) this.#samples = new Int16Array(count);
    const samples = this.#samples;
    for (let index = 0; index < count; index++) samples[index] = this.#table[payload[index] ?? 0] ?? 0;
    return samples;
  }
}
