import type { SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { BELL } from '../synthesis/timbres.js';

/** Strokes a second of the hammer between its two bells. */
const STROKES = 18;

const ringing = Array.from({ length: 36 }, (_, index): SoundEvent => ({
  at: index / STROKES,
  lasts: 0.24,
  pitch: index % 2 === 0 ? 1_060 : 1_230,
  timbre: BELL,
  attack: 0.003,
  release: 0.08,
  decay: 0.09,
}));

/** The works are heard when the bells are silent. */
const beat = (at: number, highest: number): SoundEvent => ({
  at,
  lasts: 0.05,
  noise: [highest / 2, highest],
  attack: 0.002,
  decay: 0.012,
  level: 2,
});

/** A wound-up clock with two bells on top, and its ticking. */
export const alarmClassicClock = synthesise({
  name: 'Alarm: Classic clock',
  length: 3.75,
  gain: 0.278,
  events: [
    ...ringing,
    beat(2.5, 3_000),
    beat(2.75, 2_200),
    beat(3, 3_000),
    beat(3.25, 2_200),
    beat(3.5, 3_000),
  ],
});
