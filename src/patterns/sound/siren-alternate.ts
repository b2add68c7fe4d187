import { synthesise } from '../synthesis/synthesise.js';
import { HORN } from '../synthesis/timbres.js';

/** High and low in turn, half a second each (at the pitches that sounders for BS 5839-1 have). */
export const sirenAlternate = synthesise({
  name: 'Siren: Alternate',
  length: 1,
  gain: 0.302,
  events: [
    { at: 0, lasts: 0.5, pitch: 970, timbre: HORN },
    { at: 0.5, lasts: 0.5, pitch: 800, timbre: HORN },
  ],
});
