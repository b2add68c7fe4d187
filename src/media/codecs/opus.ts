import type * as Opus from '@evan/opus';
import { createRequire } from 'node:module';

import { SipsirenError } from '../../base/errors.js';
import { formatParameters } from './format-parameters.js';
import type { AudioCodec, AudioCodecKind, AudioDecoder, AudioEncoder } from './audio-codec.js';

const SAMPLE_RATE = 48_000;
const PREFERRED_PAYLOAD_TYPE = 107;
/** The bounds of RFC 7587 section 6.1 for maxaveragebitrate, and what speech and tones do well with, in bit/s. */
const LOWEST_BITRATE = 6_000;
const HIGHEST_BITRATE = 510_000;
const USUAL_BITRATE = 32_000;
/** Of 10: more costs time that alarm calls need, and is not heard at this bit rate. */
const COMPLEXITY = 3;
/** A packet of 60 ms at a bit rate far beyond ours. */
const LONGEST_PAYLOAD = 1_275;
/** So many frames of silence go through the encoder, which fades out; then a constant one stands for silence. */
const FADING_FRAMES = 5;
/** Configuration 31, 20 ms, one channel, and a frame that says "silence" (RFC 6716 section 3.1). */
const SILENT_FRAME = [0xf8, 0xff, 0xfe] as const;
const SAMPLES_PER_FRAME = SAMPLE_RATE / 50;

/** The widest audio that a peer can play, by its maxplaybackrate (RFC 7587 section 6.1). */
const BANDWIDTHS = [
  { rate: 8_000, bandwidth: 1_101 },
  { rate: 12_000, bandwidth: 1_102 },
  { rate: 16_000, bandwidth: 1_103 },
  { rate: 24_000, bandwidth: 1_104 },
] as const;

/** What an encoder is told, by the numbers of the reference library, which both builds have. */
const CONTROLS = {
  bitrate: 4_002,
  maxBandwidth: 4_004,
  variableBitrate: 4_006,
  complexity: 4_010,
  inbandFec: 4_012,
  packetLoss: 4_014,
  reset: 4_028,
} as const;

const CODEC: AudioCodec = {
  name: 'opus',
  sampleRate: SAMPLE_RATE,
  clockRate: SAMPLE_RATE,
  channels: 2,
  payloadType: PREFERRED_PAYLOAD_TYPE,
  packetTimes: [10, 20, 40, 60],
  parameters: `maxaveragebitrate=${USUAL_BITRATE}`,
  payloadLength: () => LONGEST_PAYLOAD,
  createEncoder: (parameters) => new OpusEncoder(parameters),
  createDecoder: () => new OpusDecoder(),
};

/** Opus (RFC 6716), always `opus/48000/2` in descriptions whatever is inside (RFC 7587 section 7). */
export const OPUS: AudioCodecKind = {
  name: 'opus',
  offered: CODEC,
  get isAvailable() {
    return isLoadable();
  },
  find: (clockRate) => (clockRate === SAMPLE_RATE ? CODEC : undefined),
};

type Library = typeof Opus;
let library: Library | undefined;

/** The library as it was built for the machine, and as it runs everywhere, two to three times slower. */
const BUILDS = ['@evan/opus', '@evan/opus/wasm/index.js'] as const;

/**
 * Loaded with the first call that needs it, and at once, since a call does not wait. The first build that gives back
 * what it was given is taken: the native one hands its buffers out once in a process, and a second copy of it would
 * encode nothing but silence. Throws where none works.
 */
function opus(): Library {
  library ??= BUILDS.map(loaded).find((build) => build !== undefined);
  if (library === undefined) throw new SipsirenError('NOT_SUPPORTED', 'Opus does not work on this machine.');
  return library;
}

function loaded(build: (typeof BUILDS)[number]): Library | undefined {
  try {
    const found = createRequire(import.meta.url)(build) as Library;
    return givesBack(found) ? found : undefined;
  } catch {
    // There is no build for this machine, or it does not start here: the next one is tried.
    return undefined;
  }
}

function givesBack({ Encoder, Decoder }: Library): boolean {
  const encoder = new Encoder({ channels: 1, sample_rate: SAMPLE_RATE, application: 'voip' });
  const decoder = new Decoder({ channels: 1, sample_rate: SAMPLE_RATE });
  const tone = Int16Array.from(
    { length: SAMPLES_PER_FRAME },
    (_value, index) => 8_000 * Math.sin(index / 20),
  );
  decoder.decode(Uint8Array.from(encoder.encode(tone)));
  return toSamples(decoder.decode(encoder.encode(tone))).some((sample) => sample !== 0);
}

let loadable: boolean | undefined;

/** A machine for which the library has no build must go on with the other codecs. */
function isLoadable(): boolean {
  loadable ??= canLoad();
  return loadable;
}

function canLoad(): boolean {
  try {
    opus();
    return true;
  } catch {
    return false;
  }
}

class OpusEncoder implements AudioEncoder {
  readonly #encoder: Opus.Encoder;
  #silentFrames = 0;

  constructor(parameters: string) {
    this.#encoder = new (opus().Encoder)({ channels: 1, sample_rate: SAMPLE_RATE, application: 'voip' });
    this.#encoder.ctl(CONTROLS.complexity, COMPLEXITY);
    this.#follow(formatParameters(parameters));
  }

  encode(samples: Int16Array, target: Buffer, offset: number): number {
    if (this.#silentFrames > FADING_FRAMES) this.#encoder.ctl(CONTROLS.reset, 0);
    this.#silentFrames = 0;
    return this.#write(samples, target, offset);
  }

  encodeSilence(count: number, target: Buffer, offset: number): number {
    this.#silentFrames++;
    if (this.#silentFrames <= FADING_FRAMES || count !== SAMPLES_PER_FRAME) {
      return this.#write(new Int16Array(count), target, offset);
    }
    target.set(SILENT_FRAME, offset);
    return SILENT_FRAME.length;
  }

  #write(samples: Int16Array, target: Buffer, offset: number): number {
    const payload = this.#encoder.encode(samples);
    target.set(payload, offset);
    return payload.length;
  }

  /** What the peer would like to receive; what makes no sense is passed over. */
  #follow(wishes: ReadonlyMap<string, string>): void {
    const bitrate = Number(wishes.get('maxaveragebitrate'));
    const isBitrate = bitrate >= LOWEST_BITRATE && bitrate <= HIGHEST_BITRATE;
    const wanted = isBitrate ? Math.min(bitrate, USUAL_BITRATE) : USUAL_BITRATE;
    this.#encoder.ctl(CONTROLS.bitrate, wanted);
    this.#encoder.ctl(CONTROLS.variableBitrate, wishes.get('cbr') === '1' ? 0 : 1);
    if (wishes.get('useinbandfec') === '1') {
      this.#encoder.ctl(CONTROLS.inbandFec, 1);
      this.#encoder.ctl(CONTROLS.packetLoss, 5);
    }
    const rate = Number(wishes.get('maxplaybackrate') ?? SAMPLE_RATE);
    const narrow = BANDWIDTHS.find((band) => rate <= band.rate);
    if (narrow !== undefined && rate > 0) this.#encoder.ctl(CONTROLS.maxBandwidth, narrow.bandwidth);
  }
}

class OpusDecoder implements AudioDecoder {
  readonly #decoder: Opus.Decoder;
  /** The first octet of the latest packet: alone it is a frame that got lost (RFC 6716 section 3.2.1, DTX). */
  readonly #lost = Buffer.alloc(1);
  #hasHeard = false;

  constructor() {
    this.#decoder = new (opus().Decoder)({ channels: 1, sample_rate: SAMPLE_RATE });
  }

  decode(payload: Buffer): Int16Array {
    if (payload.length === 0) return NOTHING;
    try {
      const samples = toSamples(this.#decoder.decode(payload));
      this.#lost[0] = (payload[0] ?? 0) & 0xfc;
      this.#hasHeard = true;
      return samples;
    } catch {
      // The library throws for octets that are no Opus, and stays usable; to the listener they are a lost packet.
      return NOTHING;
    }
  }

  conceal(count: number): Int16Array {
    return this.#hasHeard ? toSamples(this.#decoder.decode(this.#lost)) : new Int16Array(count);
  }
}

const NOTHING = new Int16Array(0);

function toSamples(octets: Uint8Array): Int16Array {
  return new Int16Array(octets.buffer, octets.byteOffset, octets.byteLength / 2);
}
