import type { Show } from './show.js';
import type { LightFrame } from '../patterns/light-frame.js';

/** Whether there is any light, which is all that a relay can show. */
export function isLit(frame: LightFrame): boolean {
  return frame.some((channel) => channel > 0);
}

/** The pattern that is none. */
const OFF = 'Off';

/** Whether an activity has light, also in the dark moments between its flashes. */
export function isLightShown({ light }: Show): boolean {
  return light !== undefined && light.pattern !== OFF;
}
