import type { ActivityPurpose } from '../events/device-event.js';

/** What people call the activities that no profile started. */
export const OWN_ACTIVITY_NAMES: Readonly<Record<ActivityPurpose, string>> = {
  maintenance: 'maintenance mode',
  identify: 'identify',
  healthCheck: 'a health check',
  preview: 'a preview',
  paging: 'live voice',
};
