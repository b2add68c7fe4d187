import type { Course, SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { HORN } from '../synthesis/timbres.js';

const GROUND = 450;
/** How much of its time in the air a bounce leaves to the next. */
const REST = 0.8;
const FIRST_FLIGHT = 0.5;
const BOUNCES = 9;

/** A flight's pitch is its height: a parabola, in octaves over the ground. */
function flight(index: number): SoundEvent {
  const lasts = FIRST_FLIGHT * REST ** index;
  const octaves = 1.6 * REST ** index;
  const height = (part: number) => GROUND * 2 ** (octaves * 4 * part * (1 - part));
  const [rising, high] = [height(1 / 6), height(1 / 3)];
  const pitch: Course = [GROUND, rising, high, height(1 / 2), high, rising, GROUND];
  return { at: (FIRST_FLIGHT * (1 - REST ** index)) / (1 - REST), lasts, pitch, timbre: HORN };
}

/** A siren thrown like a ball: up and down, lower and quicker each time. */
export const sirenBouncy = synthesise({
  name: 'Siren: Bouncy',
  length: 2.4,
  gain: 0.303,
  events: Array.from({ length: BOUNCES }, (_, index) => flight(index)),
});
