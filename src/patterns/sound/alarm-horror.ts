import type { SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { HORN, reed } from '../synthesis/timbres.js';

/** One thump of a heart; so low a pitch is heard by its overtones, also through a telephone. */
const thump = (at: number, level: number): SoundEvent => ({
  at,
  lasts: 0.25,
  pitch: [92, 70],
  timbre: reed(16, 4),
  attack: 0.015,
  decay: 0.07,
  filter: { pass: 'low', hertz: 500 },
  level,
});

/** Seconds at which the heart beats, ever sooner. */
const BEATS = [0, 1.1, 2, 2.75, 3.35];
const heart = BEATS.flatMap((at) => [thump(at, 1.2), thump(at + 0.26, 0.9)]);

/** Two singing saws a semitone apart, which grate on each other and cannot find their note. */
const saw = (tuning: number): SoundEvent => ({
  at: 0.3,
  lasts: 3.3,
  pitch: [520 * tuning, 490 * tuning, 735 * tuning, 690 * tuning, 1_040 * tuning, 930 * tuning, 980 * tuning],
  timbre: HORN,
  attack: 0.8,
  release: 0.5,
  vibrato: { rate: 6 * tuning, depth: 0.7 },
  level: 0.35,
});

const scream = (hertz: number): SoundEvent => ({
  at: 3.5,
  lasts: 1.2,
  pitch: [hertz, 2.1 * hertz, 2.4 * hertz],
  timbre: HORN,
  attack: 0.7,
  release: 0.05,
  vibrato: { rate: 9, depth: 0.7 },
  level: 0.6,
});

/** A heart that beats faster, two saws that sing, and a scream that breaks off. */
export const alarmHorror = synthesise({
  name: 'Alarm: Horror',
  length: 5,
  gain: 0.341,
  events: [...heart, saw(1), saw(1.06), scream(700), scream(742)],
});
