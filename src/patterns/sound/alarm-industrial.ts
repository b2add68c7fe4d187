import type { SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { buzz } from '../synthesis/timbres.js';

/** An armature that rattles at twice the frequency of the mains. */
const buzzer: SoundEvent = {
  at: 0,
  lasts: 0.9,
  pitch: 200,
  timbre: buzz(16),
  attack: 0.012,
  release: 0.03,
  tremolo: { rate: 25, depth: 0.5 },
  filter: { pass: 'band', hertz: 1_300 },
};

/** The harsh buzzer over a factory's gate or a crane. */
export const alarmIndustrial = synthesise({
  name: 'Alarm: Industrial',
  length: 1.3,
  gain: 0.535,
  events: [buzzer],
});
