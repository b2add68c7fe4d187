import type { LightPattern } from '../light-pattern.js';
import { patternKey } from '../pattern-key.js';
import { alternate } from './alternate.js';
import { blink3x } from './blink-3x.js';
import { flash1x } from './flash-1x.js';
import { off } from './off.js';
import { pulse } from './pulse.js';
import { rotateWhiteSteadyColor } from './rotate-white-steady-color.js';
import { steadyWhiteFlashColor } from './steady-white-flash-color.js';
import { steady } from './steady.js';

/** Every light pattern, in the order of the device manual. */
export const LIGHT_PATTERNS: readonly LightPattern[] = [
  off,
  steady,
  steadyWhiteFlashColor,
  alternate,
  pulse,
  blink3x,
  flash1x,
  rotateWhiteSteadyColor,
];

/** By the manual's spelling, which stored profiles have, and by what any other spelling has in common with it. */
const BY_NAME = new Map(
  LIGHT_PATTERNS.flatMap((pattern) => [
    [pattern.name, pattern] as const,
    [patternKey(pattern.name), pattern] as const,
  ]),
);

/** The pattern of a name, however it is spelled as to case, colons and spaces. */
export function findLightPattern(name: string): LightPattern | undefined {
  return BY_NAME.get(name) ?? BY_NAME.get(patternKey(name));
}
