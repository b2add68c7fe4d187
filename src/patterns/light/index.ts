import type { LightPattern } from '../light-pattern.js';
import { OWN_LIGHT_PATTERNS } from '../own-light/index.js';
import { patternKey } from '../pattern-key.js';
import { alternate } from './alternate.js';
import { blink3xFade } from './blink-3x-fade.js';
import { blink3x } from './blink-3x.js';
import { blink4xFade } from './blink-4x-fade.js';
import { blink4x } from './blink-4x.js';
import { directionASteadyColor } from './direction-a-steady-color.js';
import { directionBSteadyColor } from './direction-b-steady-color.js';
import { directionCSteadyColor } from './direction-c-steady-color.js';
import { directionDSteadyColor } from './direction-d-steady-color.js';
import { escalate3Steps } from './escalate-3-steps.js';
import { flash1xWhiteSteadyColor } from './flash-1x-white-steady-color.js';
import { flash1x } from './flash-1x.js';
import { flash3xWhiteSteadyColor } from './flash-3x-white-steady-color.js';
import { flash3x } from './flash-3x.js';
import { off } from './off.js';
import { pulse } from './pulse.js';
import { randomWhiteSteadyColor } from './random-white-steady-color.js';
import { rotateTailWhiteSteadyColor } from './rotate-tail-white-steady-color.js';
import { rotateWhiteSteadyColor } from './rotate-white-steady-color.js';
import { spinWhiteSteadyColor } from './spin-white-steady-color.js';
import { steadyWhiteFlashColor } from './steady-white-flash-color.js';
import { steadyWhiteSteadyColor } from './steady-white-steady-color.js';
import { steady } from './steady.js';

/** Every light pattern, in the order of the device manual. */
export const LIGHT_PATTERNS: readonly LightPattern[] = [
  off,
  steady,
  steadyWhiteFlashColor,
  alternate,
  pulse,
  escalate3Steps,
  blink3x,
  blink4x,
  blink3xFade,
  blink4xFade,
  flash1x,
  flash3x,
  flash1xWhiteSteadyColor,
  flash3xWhiteSteadyColor,
  directionASteadyColor,
  directionBSteadyColor,
  directionCSteadyColor,
  directionDSteadyColor,
  rotateWhiteSteadyColor,
  rotateTailWhiteSteadyColor,
  randomWhiteSteadyColor,
  spinWhiteSteadyColor,
  steadyWhiteSteadyColor,
];

/** By the manual's spelling, which stored profiles have, and by what any other spelling has in common with it. */
const BY_NAME = new Map(
  [...LIGHT_PATTERNS, ...OWN_LIGHT_PATTERNS].flatMap((pattern) => [
    [pattern.name, pattern] as const,
    [patternKey(pattern.name), pattern] as const,
  ]),
);

/** The pattern of a name, one of the device's own too, however it is spelled as to case, colons and spaces. */
export function findLightPattern(name: string): LightPattern | undefined {
  return BY_NAME.get(name) ?? BY_NAME.get(patternKey(name));
}
