import { synthesise } from '../synthesise.js';
import { HORN } from '../timbres.js';

/** High and low in turn, half a second each (the alternating tone of BS 5839-1). */
export const sirenAlternate = synthesise({
  name: 'Siren: Alternate',
  segments: [
    { tone: 0.5, pitch: 970, timbre: HORN },
    { tone: 0.5, pitch: 800, timbre: HORN },
  ],
});
