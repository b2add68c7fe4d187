import { directionPattern } from '../direction-pattern.js';

/** White towards B, sections 3 to 5. */
export const directionBSteadyColor = directionPattern('B');
