import { milliseconds } from '../base/duration.js';
import { brightness } from './brightness.js';
import { type BySpeed, bySpeed } from './by-speed.js';
import { oneColor } from './color-choice.js';
import { type FlashTrain, flashLevel } from './flash-train.js';
import type { LightColor } from './light-color.js';
import { paintRing } from './light-frame.js';
import type { LightPattern } from './light-pattern.js';

interface FlashPatternOptions {
  readonly name: string;
  /** The colour where nothing is said. */
  readonly usual: LightColor;
  readonly trains: BySpeed<FlashTrain>;
  readonly flashesPerSecond: BySpeed<number>;
}

/** A pattern in which the whole ring flashes in one colour over darkness. */
export function flashPattern({ name, usual, trains, flashesPerSecond }: FlashPatternOptions): LightPattern {
  return {
    name,
    speeds: trains.map((_, index) => index + 1),
    defaultSpeed: 2,
    colors: oneColor(usual),
    moves: true,
    flashesPerSecond,
    period: ({ speed }) => milliseconds(bySpeed(trains, speed).periodMs),
    render: (elapsedMs, { colors, intensity, speed }, frame) => {
      const level = flashLevel(bySpeed(trains, speed), elapsedMs);
      paintRing(frame, colors[0], brightness(intensity) * level);
    },
  };
}
