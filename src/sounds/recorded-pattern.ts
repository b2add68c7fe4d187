import { milliseconds, type Duration } from '../base/duration.js';
import { resampled } from '../media/resampled.js';
import type { SampleRate } from '../patterns/sample-rate.js';
import type { SoundParts, SoundPattern } from '../patterns/sound-pattern.js';
import { inSlices } from './in-slices.js';
import { SAMPLES_PER_MILLISECOND, SOUND_RATE } from './sound-rate.js';

const FULL_SCALE = 32_767;

/** A recording that is played again and again, as a sound of the siren. */
export class RecordedPattern implements SoundPattern {
  readonly name: string;
  readonly period: Duration;
  readonly #samples: Int16Array;

  /** `samples`: of 48 kHz, a whole number of milliseconds, whose end leads over to its beginning. */
  constructor(name: string, samples: Int16Array) {
    this.name = name;
    this.#samples = samples;
    this.period = milliseconds(samples.length / SAMPLES_PER_MILLISECOND);
  }

  sample(seconds: number): number {
    return (this.#samples[Math.round(seconds * SOUND_RATE) % this.#samples.length] ?? 0) / FULL_SCALE;
  }

  async render(sampleRate: SampleRate): Promise<SoundParts> {
    const samples = this.#samples;
    const loop = await inSlices(samples, new Float32Array(samples.length), (sample) => sample / FULL_SCALE);
    const options = { from: SOUND_RATE, to: sampleRate, isLoop: true };
    const sound = await resampled(loop, options);
    // Without its high tones a peak may come out higher than it was.
    const bounded = await inSlices(sound, sound, (sample) => Math.max(-1, Math.min(1, sample)));
    return { leadIn: new Float32Array(0), loop: bounded };
  }
}
