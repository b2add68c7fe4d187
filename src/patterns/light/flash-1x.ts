import { flashPattern } from '../flash-pattern.js';
import { SINGLE_STROBE } from '../strobe-trains.js';

/** A strobe: one short flash, then darkness. */
export const flash1x = flashPattern({
  name: 'Flash 1x',
  usual: 'white',
  trains: SINGLE_STROBE,
  flashesPerSecond: [1, 1, 2, 5],
});
