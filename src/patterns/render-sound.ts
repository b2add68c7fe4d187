import type { SampleRate } from './sample-rate.js';
import { soundParts } from './sound-loop.js';
import type { SoundPattern } from './sound-pattern.js';

/** Decibels between two steps of intensity. */
const STEP_DECIBELS = 6;
const LOUDEST = 5;
const FULL_SCALE = 32_767;

export interface SoundOptions {
  readonly sampleRate: SampleRate;
  /** From 1 to 5; each step is 6 dB. */
  readonly intensity: number;
}

/** One exact period of a sound, which loops without a gap or a click, as linear samples of 16 bits. */
export async function renderSound(pattern: SoundPattern, options: SoundOptions): Promise<Int16Array> {
  return linear((await soundParts(pattern, options.sampleRate)).loop, options);
}

/** What is heard once before the first period; empty for most sounds. */
export async function renderLeadIn(pattern: SoundPattern, options: SoundOptions): Promise<Int16Array> {
  return linear((await soundParts(pattern, options.sampleRate)).leadIn, options);
}

function linear(sound: Float32Array, { intensity }: SoundOptions): Int16Array {
  const scale = FULL_SCALE * 10 ** ((-STEP_DECIBELS * (LOUDEST - intensity)) / 20);
  const samples = new Int16Array(sound.length);
  for (let index = 0; index < samples.length; index++)
    samples[index] = Math.round(scale * (sound[index] ?? 0));
  return samples;
}
