import { flashPattern } from '../flash-pattern.js';
import { TRIPLE_STROBE } from '../strobe-trains.js';

/** A strobe: three short flashes close together, then darkness. */
export const flash3x = flashPattern({
  name: 'Flash 3x',
  usual: 'white',
  trains: TRIPLE_STROBE,
  flashesPerSecond: [3, 3, 3, 4],
});
