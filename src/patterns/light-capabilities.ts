import type { ColorChoice } from './color-choice.js';
import { findLightPattern, LIGHT_PATTERNS } from './light/index.js';

/** Brightness of every pattern, 5 being all the lamp can do. */
export const LIGHT_INTENSITIES = { possible: [1, 2, 3, 4, 5], default: 2 } as const;

/** What a light pattern can be set to; validation, API and page read it here. */
export interface LightCapability {
  /** The device manual's spelling. */
  readonly name: string;
  readonly speeds: readonly number[];
  readonly defaultSpeed: number;
  readonly intensities: readonly number[];
  readonly defaultIntensity: number;
  readonly colors: ColorChoice;
  /** Whether it moves or flashes at all. */
  readonly moves: boolean;
  /** The most flashes in any second, in the order of `speeds`. */
  readonly flashesPerSecond: readonly number[];
}

/** Every light pattern with its capabilities, in the order of the device manual. */
export const LIGHT_CAPABILITIES: readonly LightCapability[] = LIGHT_PATTERNS.map(
  ({ name, speeds, defaultSpeed, colors, moves, flashesPerSecond }) => ({
    name,
    speeds,
    defaultSpeed,
    intensities: LIGHT_INTENSITIES.possible,
    defaultIntensity: LIGHT_INTENSITIES.default,
    colors,
    moves,
    flashesPerSecond,
  }),
);

const BY_NAME = new Map(LIGHT_CAPABILITIES.map((capability) => [capability.name, capability]));

/** The capabilities of the pattern of a name, however it is spelled as to case, colons and spaces. */
export function findLightCapability(name: string): LightCapability | undefined {
  return BY_NAME.get(findLightPattern(name)?.name ?? '');
}
