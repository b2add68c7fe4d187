import type { Duration } from '../base/duration.js';
import type { BySpeed } from './by-speed.js';
import type { ColorChoice } from './color-choice.js';
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

/** A light pattern: a pure function from time to frame. */
export interface LightPattern {
  /** The device manual's spelling. */
  readonly name: string;
  readonly speeds: readonly number[];
  readonly defaultSpeed: number;
  readonly colors: ColorChoice;
  /** Whether frames of one period differ; a still pattern needs to be rendered only once. */
  readonly moves: boolean;
  /**
   * The most flashes in any second at each speed, whatever the colours. More than three are shown only to people
   * whose profile says so; `countFlashes` says what a flash is.
   */
  readonly flashesPerSecond: BySpeed<number>;
  /** After this time the same frames come again. */
  period(settings: LightSettings): Duration;
  /** Overwrites `frame` with what is seen `elapsedMs` (at least 0) after the start. */
  render(elapsedMs: number, settings: LightSettings, frame: LightFrame): void;
}
