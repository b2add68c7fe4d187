import type { LightPattern } from '../light-pattern.js';
import { healthCheck } from './health-check.js';
import { identify } from './identify.js';
import { maintenance } from './maintenance.js';

/** What only the device itself shows; no profile can have them. */
export const OWN_LIGHT_PATTERNS: readonly LightPattern[] = [maintenance, identify, healthCheck];
