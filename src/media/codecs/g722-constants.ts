import type { BandConstants } from './g722-band.js';
import { LOWER_INVERSE_4, LOWER_STEPS, UPPER_INVERSE, UPPER_STEPS } from './g722-tables.js';

/** The band from 0 to 4 kHz. */
export const LOWER_BAND: BandConstants = {
  steps: LOWER_STEPS,
  inverse: LOWER_INVERSE_4,
  highest: 18_432,
  exponent: 8,
  firstScale: 32,
};

/** The band from 4 to 8 kHz. */
export const UPPER_BAND: BandConstants = {
  steps: UPPER_STEPS,
  inverse: UPPER_INVERSE,
  highest: 22_528,
  exponent: 10,
  firstScale: 8,
};
