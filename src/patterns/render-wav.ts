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

/** Files kept, at most 6 MB: a page that asks for the same sound again must not hold up the device's calls. */
const KEPT_FILES = 16;

const kept = new Map<string, Buffer>();

/**
 * One exact period of a sound as a WAV file, 16-bit mono, which loops without a gap. The same buffer is given to
 * everybody who asks for the same sound; do not write into it.
 */
export function renderWav(pattern: SoundPattern, options: WavOptions): Buffer {
  const key = `${pattern.name}/${options.sampleRate}/${options.intensity}`;
  const file = kept.get(key) ?? render(pattern, options);
  // Set anew, it is the youngest; the eldest goes.
  kept.delete(key);
  kept.set(key, file);
  for (const eldest of kept.keys()) {
    if (kept.size <= KEPT_FILES) break;
    kept.delete(eldest);
  }
  return file;
}

function render(pattern: SoundPattern, { sampleRate, intensity }: WavOptions): Buffer {
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
