import type { ActivityPurpose } from '../events/device-event.js';
import { MAX_PRIORITY } from './limits.js';

/** Below every alarm: a preview shows while nothing else does, and takes no alarm's place. */
export const PREVIEW_PRIORITY = 0;

/** Those of the activities of the siren. Who speaks has a priority as profiles have. */
type Purpose = Exclude<ActivityPurpose, 'paging'>;

const PURPOSES: readonly Purpose[] = ['maintenance', 'identify', 'healthCheck'];

/** The purpose that a priority stands for; none for those of profiles. Source: the device manual, "Profiles". */
export function purposeOf(priority: number): Purpose | undefined {
  return priority === PREVIEW_PRIORITY ? 'preview' : PURPOSES[priority - MAX_PRIORITY - 1];
}
