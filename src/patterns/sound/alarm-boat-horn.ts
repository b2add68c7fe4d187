import type { SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { reed } from '../synthesis/timbres.js';

/** The pipes speak late, and sag when the pressure goes. */
const pipe = (hertz: number): SoundEvent => ({
  at: 0,
  lasts: 3.2,
  pitch: [0.95 * hertz, hertz, hertz, hertz, hertz, hertz, 0.93 * hertz],
  timbre: reed(20, 4),
  attack: 0.25,
  release: 0.45,
  filter: { pass: 'low', hertz: [350, 1_100, 1_000, 1_000, 1_000, 350] },
});

/** One long blast of two deep pipes a third apart. */
export const alarmBoatHorn = synthesise({
  name: 'Alarm: Boat horn',
  length: 4.5,
  gain: 0.206,
  events: [pipe(131), pipe(165.4)],
});
