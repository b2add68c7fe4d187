import type { Duration } from '../base/duration.js';
import type { SampleRate } from './sample-rate.js';

/** A sound as a pure function of time, which repeats after its period without a click. */
export interface SoundPattern {
  /** The device manual's spelling; of other sounds one that no second sound has. */
  readonly name: string;
  readonly period: Duration;
  /** What is heard once, before the first period. Default: nothing. */
  readonly leadIn?: Duration;
  /** The sound pressure from -1 to 1, at full intensity, `seconds` (at least 0) after the start. */
  sample(seconds: number): number;
  /**
   * Lead-in and one period at a rate, where merely sampling would let high tones fold back: of a recording. Default:
   * by `sample`.
   */
  render?(sampleRate: SampleRate): Promise<SoundParts>;
  /** How long so many repetitions last. Default: so many periods. */
  lasts?(repetitions: number): Duration;
}

/** A sound at one rate, from -1 to 1 at full intensity; not to be written into. */
export interface SoundParts {
  /** Heard once; empty for most sounds. */
  readonly leadIn: Float32Array;
  /** One exact period, heard again and again. */
  readonly loop: Float32Array;
}
