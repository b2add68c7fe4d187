import type { Duration } from '../base/duration.js';
import type { LightColor } from './light-color.js';
import type { LightFrame } from './light-frame.js';

/** How a light pattern is shown. Every value is one that the pattern's capabilities allow. */
export interface LightSettings {
  /** 1 is the slowest; see `LightPattern.speeds`. */
  readonly speed: number;
  /** Brightness from 1 to 5. */
  readonly intensity: number;
  /** The colours in the order the pattern uses them. */
  readonly colors: readonly LightColor[];
}

/** How many colours a pattern takes, and which. */
interface ColorChoice {
  readonly min: number;
  readonly max: number;
  readonly allowed: readonly LightColor[];
  readonly default: readonly LightColor[];
}

/**
 * A light pattern: a pure function from time to frame. No pattern flashes more than three times in any second
 * over the whole ring, the limit for people with photosensitive epilepsy (WCAG 2.3.1, ITU-R BT.1702).
 */
export interface LightPattern {
  /** The device manual's spelling. */
  readonly name: string;
  readonly speeds: readonly number[];
  readonly defaultSpeed: number;
  readonly colors: ColorChoice;
  /** Whether frames of one period differ; a still pattern needs to be rendered only once. */
  readonly moves: boolean;
  /** After this time the same frames come again. */
  period(settings: LightSettings): Duration;
  /** Overwrites `frame` with what is seen `elapsedMs` (at least 0) after the start. */
  render(elapsedMs: number, settings: LightSettings, frame: LightFrame): void;
}
