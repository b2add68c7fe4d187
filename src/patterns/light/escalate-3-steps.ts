import { milliseconds } from '../../base/duration.js';
import { brightness } from '../brightness.js';
import { bySpeed } from '../by-speed.js';
import { oneColor } from '../color-choice.js';
import { paintRing } from '../light-frame.js';
import type { LightPattern } from '../light-pattern.js';

/** How long each step stays. */
const STEPS_MS = [1_000, 650, 400] as const;

const STEPS = 3;

/** The whole ring at a third, at two thirds and at all of its brightness, and from the first step again. */
export const escalate3Steps: LightPattern = {
  name: 'Escalate 3 steps',
  speeds: [1, 2, 3],
  defaultSpeed: 2,
  colors: oneColor('amber'),
  moves: true,
  flashesPerSecond: [0, 1, 1],
  period: ({ speed }) => milliseconds(bySpeed(STEPS_MS, speed) * STEPS),
  render: (elapsedMs, { colors, intensity, speed }, frame) => {
    const step = 1 + (Math.floor(elapsedMs / bySpeed(STEPS_MS, speed)) % STEPS);
    paintRing(frame, colors[0], (brightness(intensity) * step) / STEPS);
  },
};
