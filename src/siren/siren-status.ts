import type { ActivityStatus } from './activity-status.js';

/** What runs and what waits, highest priority first. */
export interface SirenStatus {
  readonly light: readonly ActivityStatus[];
  readonly siren: readonly ActivityStatus[];
}
