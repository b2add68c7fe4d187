import type { AudioCodec, AudioCodecKind } from './audio-codec.js';
import { G722Decoder } from './g722-decoder.js';
import { G722Encoder } from './g722-encoder.js';

/** Samples are 16000 a second, but by an old mistake that stayed, timestamps count 8000 (RFC 3551 section 4.5.2). */
const SAMPLE_RATE = 16_000;
const CLOCK_RATE = 8_000;

const CODEC: AudioCodec = {
  name: 'G722',
  sampleRate: SAMPLE_RATE,
  clockRate: CLOCK_RATE,
  channels: 1,
  payloadType: 9,
  packetTimes: [10, 20, 30, 40, 50, 60],
  parameters: '',
  payloadLength: (samples) => samples / 2,
  createEncoder: () => new G722Encoder(),
  createDecoder: () => new G722Decoder(),
};

/** G.722 at 64 kbit/s: twice the sound of G.711 at the same price. */
export const G722: AudioCodecKind = {
  name: 'G722',
  offered: CODEC,
  isAvailable: true,
  find: (clockRate, channels) => (clockRate === CLOCK_RATE && channels === 1 ? CODEC : undefined),
};
