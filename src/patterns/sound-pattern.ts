import type { Duration } from '../base/duration.js';

/** A sound as a pure function of time, which repeats after its period without a click. */
export interface SoundPattern {
  /** The device manual's spelling. */
  readonly name: string;
  readonly period: Duration;
  /** The sound pressure from -1 to 1, at full intensity, `seconds` (at least 0) after the start. */
  sample(seconds: number): number;
}
