import type { SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { reed } from '../synthesis/timbres.js';

const SIREN = { timbre: reed(5) };

const yelps = [0, 1, 2, 3, 4].map((index): SoundEvent => ({
  ...SIREN,
  at: 3.3 + 0.28 * index,
  lasts: 0.28,
  pitch: [750, 1_350, 750],
}));

/** The first ambulance or engine on its way: a long wail, then yelps where it comes to a crossing. */
export const alarmFirstAttender = synthesise({
  name: 'Alarm: First attender',
  length: 4.8,
  gain: 0.289,
  events: [
    {
      ...SIREN,
      at: 0,
      lasts: 3.3,
      pitch: [480, 800, 1_050, 1_220, 1_320, 1_350, 1_300, 1_120, 940, 780, 640, 520],
      attack: 0.25,
      release: 0.1,
    },
    ...yelps,
  ],
});
