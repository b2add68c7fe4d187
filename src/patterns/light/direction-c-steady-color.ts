import { directionPattern } from '../direction-pattern.js';

/** White towards C, sections 6 to 8. */
export const directionCSteadyColor = directionPattern('C');
