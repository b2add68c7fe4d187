import { directionPattern } from '../direction-pattern.js';

/** White towards A, sections 0 to 2. */
export const directionASteadyColor = directionPattern('A');
