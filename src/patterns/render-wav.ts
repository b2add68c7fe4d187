import { renderLeadIn, renderSound, type SoundOptions } from './render-sound.js';
import type { SoundPattern } from './sound-pattern.js';
import { wavFile } from './wav-file.js';

/** One exact period of a sound as a WAV file, 16-bit mono, which loops without a gap. */
export async function renderWav(pattern: SoundPattern, options: SoundOptions): Promise<Buffer> {
  return wavFile(await renderSound(pattern, options), options.sampleRate);
}

/** What is heard once before the first period as a WAV file; without a sample where there is nothing. */
export async function renderLeadInWav(pattern: SoundPattern, options: SoundOptions): Promise<Buffer> {
  return wavFile(await renderLeadIn(pattern, options), options.sampleRate);
}
