import type { AudioCodec, AudioCodecKind, AudioDecoder, AudioEncoder } from './audio-codec.js';

/** The number that our offers prefer for the one rate that they name, 16000, which has no static one. */
const PREFERRED_PAYLOAD_TYPE = 118;
/** What a packet may hold without being cut in pieces on its way over Ethernet, headers left room for. */
const MOST_OCTETS = 1_400;
const PACKET_TIMES = [5, 10, 20, 30, 40, 50, 60] as const;
const STATIC_PAYLOAD_TYPES: Readonly<Record<string, number>> = { '44100/2': 10, '44100/1': 11 };

const OFFERED = linearCodec(16_000, 1);
/** The one we offer stands first, so that it is what is found for its format. */
const CODECS = [
  OFFERED,
  ...[8_000, 16_000, 44_100, 48_000].flatMap((rate) => [linearCodec(rate, 1), linearCodec(rate, 2)]),
];

/** Linear samples of 16 bits in network byte order (RFC 3551 section 4.5.11). Two channels are mixed to one. */
export const L16: AudioCodecKind = {
  name: 'L16',
  offered: OFFERED,
  isAvailable: true,
  find: (clockRate, channels) =>
    CODECS.find((codec) => codec.clockRate === clockRate && codec.channels === channels),
};

function linearCodec(rate: number, channels: 1 | 2): AudioCodec {
  const octetsPerMillisecond = (rate * channels * 2) / 1_000;
  return {
    name: 'L16',
    sampleRate: rate,
    clockRate: rate,
    channels,
    payloadType: STATIC_PAYLOAD_TYPES[`${rate}/${channels}`] ?? PREFERRED_PAYLOAD_TYPE,
    packetTimes: PACKET_TIMES.filter((time) => time * octetsPerMillisecond <= MOST_OCTETS),
    parameters: '',
    payloadLength: (samples) => samples * channels * 2,
    createEncoder: () => new LinearEncoder(channels),
    createDecoder: () => new LinearDecoder(channels),
  };
}

class LinearEncoder implements AudioEncoder {
  readonly #channels: number;

  constructor(channels: number) {
    this.#channels = channels;
  }

  encode(samples: Int16Array, target: Buffer, offset: number): number {
    let position = offset;
    for (const sample of samples) {
      for (let channel = 0; channel < this.#channels; channel++) {
        target[position++] = sample >> 8;
        target[position++] = sample & 0xff;
      }
    }
    return position - offset;
  }

  encodeSilence(count: number, target: Buffer, offset: number): number {
    const octets = count * this.#channels * 2;
    target.fill(0, offset, offset + octets);
    return octets;
  }
}

class LinearDecoder implements AudioDecoder {
  readonly #channels: number;
  #samples = new Int16Array(0);

  constructor(channels: number) {
    this.#channels = channels;
  }

  decode(payload: Buffer): Int16Array {
    const width = this.#channels * 2;
    const count = Math.floor(payload.length / width);
    if (this.#samples.length !== count) this.#samples = new Int16Array(count);
    const samples = this.#samples;
    for (let index = 0; index < count; index++) {
      const left = payload.readInt16BE(index * width);
      samples[index] = width === 2 ? left : (left + payload.readInt16BE(index * width + 2)) >> 1;
    }
    return samples;
  }
}
