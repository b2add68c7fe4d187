import type { SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { HORN, reed } from '../synthesis/timbres.js';

/**
 * Two voices a semitone apart grate on each other, and come nearer as the filter opens. They tremble at rates of
 * their own, so that they drift apart and together.
 */
const growl = (hertz: number): SoundEvent => ({
  at: 0,
  lasts: 4.6,
  pitch: [hertz, hertz, 1.12 * hertz],
  timbre: reed(18, 4),
  attack: 1,
  release: 0.1,
  tremolo: { rate: hertz / 17, depth: 0.5 },
  filter: { pass: 'low', hertz: [250, 600, 1_600] },
  level: 0.6,
});

/** A singing saw that cannot find its note. */
const saw: SoundEvent = {
  at: 0.2,
  lasts: 3.2,
  pitch: [520, 490, 735, 690, 1_040, 930, 980],
  timbre: HORN,
  attack: 0.5,
  release: 0.5,
  vibrato: { rate: 6.5, depth: 0.8 },
  level: 0.5,
};

const scream = (hertz: number): SoundEvent => ({
  at: 3.4,
  lasts: 1.2,
  pitch: [hertz, 2.1 * hertz, 2.4 * hertz],
  timbre: HORN,
  attack: 0.7,
  release: 0.05,
  vibrato: { rate: 9, depth: 0.7 },
  level: 0.5,
});

/** A growl that comes nearer, a saw that sings, and a scream that breaks off. */
export const alarmHorror = synthesise({
  name: 'Alarm: Horror',
  length: 5,
  events: [growl(98), growl(103.8), saw, scream(700), scream(742)],
});
