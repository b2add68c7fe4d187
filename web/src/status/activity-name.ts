import type { ActivityStatus } from '../../../src/control/page-data.js';
import { TEXTS } from '../texts.js';

/** What a person calls an activity. */
export function activityName({ profile, purpose, pattern }: ActivityStatus): string {
  return profile ?? (purpose === undefined ? pattern : TEXTS.overview.purposes[purpose]);
}

/** Whether it is one of the device's own, which are ended under Maintenance and not in the list. */
export function isDevicesOwn({ purpose }: ActivityStatus): boolean {
  return purpose !== undefined && purpose !== 'preview';
}
