import type { Timbre } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';

/** A flute: one sine with a breath of its octave. */
const FLUTE: Timbre = [
  { ratio: 1, amplitude: 1 },
  { ratio: 2, amplitude: 0.12 },
];

/** A siren for indoors: it swells, rises a fifth, comes down and dies away. */
export const sirenHomeSoft = synthesise({
  name: 'Siren: Home soft',
  length: 3,
  gain: 0.429,
  events: [
    {
      at: 0,
      lasts: 2.8,
      pitch: [440, 470, 540, 620, 660, 620, 540, 470, 440],
      timbre: FLUTE,
      attack: 0.7,
      release: 0.8,
    },
  ],
});
