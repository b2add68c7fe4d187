import type { SoundPattern } from './sound-pattern.js';

/** Decibels between two steps of intensity. */
const STEP_DECIBELS = 6;
const LOUDEST = 5;
const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;

export interface WavOptions {
  readonly sampleRate: 8_000 | 16_000 | 48_000;
  /** From 1 to 5; each step is 6 dB. */
  readonly intensity: number;
}

/** One exact period of a sound as a WAV file, 16-bit mono, which loops without a gap. */
export function renderWav(pattern: SoundPattern, { sampleRate, intensity }: WavOptions): Buffer {
  const count = Math.round((pattern.period * sampleRate) / 1_000);
  const file = Buffer.alloc(HEADER_BYTES + count * BYTES_PER_SAMPLE);
  writeHeader(file, sampleRate);
  const scale = 32_767 * soundLevel(intensity);
  for (let index = 0; index < count; index++) {
    const value = Math.round(scale * pattern.sample(index / sampleRate));
    file.writeInt16LE(value, HEADER_BYTES + index * BYTES_PER_SAMPLE);
  }
  return file;
}

/** The factor of an intensity from 1 to 5; 5 is 1. */
function soundLevel(intensity: number): number {
  return 10 ** ((-STEP_DECIBELS * (LOUDEST - intensity)) / 20);
}

/** RIFF header of PCM: one channel, 16 bits. */
function writeHeader(file: Buffer, sampleRate: number): void {
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * BYTES_PER_SAMPLE, 28);
  file.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  file.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(file.length - HEADER_BYTES, 40);
}
