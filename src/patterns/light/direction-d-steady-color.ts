import { directionPattern } from '../direction-pattern.js';

/** White towards D, sections 9 to 11. */
export const directionDSteadyColor = directionPattern('D');
