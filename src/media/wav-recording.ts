import { SipsirenError } from '../base/errors.js';
import { nextTurn } from '../base/next-turn.js';

/** What a WAV file says of itself. */
export interface WavFacts {
  /** Samples a second. */
  readonly rate: number;
  readonly channels: number;
  readonly bits: number;
  readonly seconds: number;
  /** Whether the file claims to hold more sound than it does: it was cut off, or is made to do harm. */
  readonly isCutOff: boolean;
}

/** A recording as it is played: one channel, linear samples of 16 bits. */
export interface Recording {
  readonly samples: Int16Array;
  /** Samples a second. */
  readonly rate: number;
}

/** The formats of a WAV file that we read (RFC 2361). */
const PCM = 1;
const FLOAT = 3;
const A_LAW = 6;
const MU_LAW = 7;
/** Says that the format stands further behind, as 24 bits and many channels do. */
const EXTENSIBLE = 0xfffe;

/** From here on a length says that the writer did not know it: about 4 GiB, or 2 GiB of espeak-ng. */
const UNKNOWN_LENGTH = 0x7fff_0000;

const LOWEST_RATE = 4_000;
const HIGHEST_RATE = 192_000;
const MOST_CHANNELS = 8;
const FULL_SCALE = 32_767;

interface Format {
  readonly code: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
}

type ReadSample = (view: DataView, at: number) => number;

/** Where the sound of a file is, and of what kind. */
interface Sound {
  readonly format: Format;
  readonly dataAt: number;
  /** Samples of all channels at one instant. */
  readonly frames: number;
  readonly isCutOff: boolean;
  readonly read: ReadSample;
}

/** So many frames are decoded at a time, a few milliseconds of work: alarms and calls go on between. */
const SLICE = 65_536;

/**
 * What a WAV file has, without its sound. Read are PCM of 8, 16, 24 or 32 bits, floating point, A-law and µ-law, one
 * channel or several, at any rate from 4 to 192 kHz. What follows the sound is left alone, and a file that was cut off
 * counts as far as it goes. Throws INVALID_VALUE with what is wrong with the file and what would be accepted.
 */
export function wavFacts(file: Uint8Array): WavFacts {
  const { format, frames, isCutOff } = soundOf(viewOf(file));
  const { rate, channels, bits } = format;
  return { rate, channels, bits, seconds: Math.round((frames / rate) * 100) / 100, isCutOff };
}

/** The sound of a WAV file, its channels mixed into one. Rejects as `wavFacts` throws. */
export async function readWav(file: Uint8Array): Promise<Recording> {
  const view = viewOf(file);
  const { format, dataAt, frames, read } = soundOf(view);
  const { channels, bits, rate } = format;
  const width = bits / 8;
  const samples = new Int16Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    if (frame % SLICE === SLICE - 1) await nextTurn();
    let sum = 0;
    const start = dataAt + frame * width * channels;
    for (let channel = 0; channel < channels; channel++) sum += read(view, start + channel * width);
    samples[frame] = Math.round(sum / channels);
  }
  return { samples, rate };
}

function viewOf(file: Uint8Array): DataView {
  return new DataView(file.buffer, file.byteOffset, file.byteLength);
}

function soundOf(view: DataView): Sound {
  if (view.byteLength < 12 || tagAt(view, 0) !== 'RIFF' || tagAt(view, 8) !== 'WAVE') {
    throw unreadable('it is no WAV file');
  }
  const { format, dataAt, declared, dataLength } = chunksOf(view);
  const read = sampleReader(format);
  const frames = Math.floor(dataLength / ((format.bits / 8) * format.channels));
  if (frames === 0) throw unreadable('it has no sound in it');
  return { format, dataAt, frames, isCutOff: declared < UNKNOWN_LENGTH && declared > dataLength, read };
}

function chunksOf(view: DataView): {
  readonly format: Format;
  readonly dataAt: number;
  readonly declared: number;
  readonly dataLength: number;
} {
  let format: Format | undefined;
  for (let at = 12; at + 8 <= view.byteLength;) {
    const tag = tagAt(view, at);
    const length = view.getUint32(at + 4, true);
    const dataAt = at + 8;
    if (tag === 'fmt ') format = formatAt(view, { at: dataAt, length });
    if (tag === 'data') {
      if (format === undefined) throw unreadable('its format stands behind its sound');
      // A recorder that was interrupted, or writes into a pipe, leaves a length of 0 or of everything.
      const there = view.byteLength - dataAt;
      return { format, dataAt, declared: length, dataLength: length === 0 ? there : Math.min(length, there) };
    }
    at = dataAt + length + (length % 2);
  }
  throw unreadable(format === undefined ? 'it says nothing of its format' : 'it has no sound in it');
}

function formatAt(view: DataView, { at, length }: { readonly at: number; readonly length: number }): Format {
  if (length < 16 || at + length > view.byteLength) throw unreadable('its format is cut off');
  const stated = view.getUint16(at, true);
  const code = stated === EXTENSIBLE && length >= 40 ? view.getUint16(at + 24, true) : stated;
  const format = {
    code,
    channels: view.getUint16(at + 2, true),
    rate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  };
  if (format.channels < 1 || format.channels > MOST_CHANNELS) {
    throw unreadable(`it has ${format.channels} channels`);
  }
  if (format.rate < LOWEST_RATE || format.rate > HIGHEST_RATE) {
    throw unreadable(`it has ${format.rate} samples a second`);
  }
  return format;
}

function sampleReader({ code, bits }: Format): ReadSample {
  const readers: Readonly<Record<string, ReadSample>> = {
    [`${PCM}/8`]: (view, at) => (view.getUint8(at) - 128) * 256,
    [`${PCM}/16`]: (view, at) => view.getInt16(at, true),
    [`${PCM}/24`]: (view, at) => view.getInt16(at + 1, true),
    [`${PCM}/32`]: (view, at) => view.getInt16(at + 2, true),
    [`${FLOAT}/32`]: (view, at) => scaled(view.getFloat32(at, true)),
    [`${FLOAT}/64`]: (view, at) => scaled(view.getFloat64(at, true)),
    [`${A_LAW}/8`]: (view, at) => fromALaw(view.getUint8(at)),
    [`${MU_LAW}/8`]: (view, at) => fromMuLaw(view.getUint8(at)),
  };
  const reader = readers[`${code}/${bits}`];
  if (reader === undefined) throw unreadable(`its format ${code} with ${bits} bits is not supported`);
  return reader;
}

function scaled(value: number): number {
  return Number.isNaN(value) ? 0 : Math.max(-1, Math.min(1, value)) * FULL_SCALE;
}

/** ITU-T G.711, table 1: sign, segment and place in it, every second bit inverted. */
function fromALaw(octet: number): number {
  const code = octet ^ 0x55;
  const segment = (code >> 4) & 7;
  const place = ((code & 15) << 4) + 8;
  const magnitude = segment === 0 ? place : (place + 256) << (segment - 1);
  return code & 0x80 ? magnitude : -magnitude;
}

/** ITU-T G.711, table 2: the same with all bits inverted and a bias of 132. */
function fromMuLaw(octet: number): number {
  const code = ~octet & 0xff;
  const magnitude = ((((code & 15) << 3) + 132) << ((code >> 4) & 7)) - 132;
  return code & 0x80 ? -magnitude : magnitude;
}

function tagAt(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  );
}

function unreadable(why: string): SipsirenError {
  return new SipsirenError('INVALID_VALUE', `The file cannot be used: ${why}.`, {
    path: 'file',
    accepted:
      'a WAV file, PCM of 8, 16, 24 or 32 bits, floating point, A-law or µ-law, 4 to 192 kHz, up to 8 channels',
  });
}
