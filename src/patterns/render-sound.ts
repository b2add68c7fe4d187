import { soundLoop, type SampleRate } from './sound-loop.js';
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
export async function renderSound(
  pattern: SoundPattern,
  { sampleRate, intensity }: SoundOptions,
): Promise<Int16Array> {
  const scale = FULL_SCALE * 10 ** ((-STEP_DECIBELS * (LOUDEST - intensity)) / 20);
  const loop = await soundLoop(pattern, sampleRate);
  const samples = new Int16Array(loop.length);
  for (let index = 0; index < loop.length; index++) {
    samples[index] = Math.round(scale * (loop[index] ?? 0));
  }
  return samples;
}
