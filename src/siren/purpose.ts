import type { ActivityPurpose } from '../events/device-event.js';
import { MAX_PRIORITY } from './limits.js';

/** Below every alarm: a preview shows while nothing else does, and takes no alarm's place. */
export const PREVIEW_PRIORITY = 0;

const PURPOSES: readonly ActivityPurpose[] = ['maintenance', 'identify', 'healthCheck'];

/** The purpose that a priority stands for; none for those of profiles. Source: the device manual, "Profiles". */
export function purposeOf(priority: number): ActivityPurpose | undefined {
  return priority === PREVIEW_PRIORITY ? 'preview' : PURPOSES[priority - MAX_PRIORITY - 1];
}
