import type { Clock } from '../base/clock.js';
import type { ActivityId, ProfileName } from '../base/ids.js';
import type { ActivityPurpose } from '../events/device-event.js';
import type { LightColor } from '../patterns/light-color.js';
import type { Activity } from './activity.js';
import { purposeOf } from './purpose.js';

/** One row of a status list. */
export interface ActivityStatus {
  readonly id: ActivityId;
  readonly profile?: ProfileName;
  /** Of an activity that no profile started. Only what ends `maintenance`, `identify` and `healthCheck` removes them. */
  readonly purpose?: ActivityPurpose;
  readonly pattern: string;
  /** Of a light. */
  readonly speed?: number;
  /** Of a light. */
  readonly colors?: readonly LightColor[];
  /** 1 to 5. */
  readonly intensity: number;
  readonly priority: number;
  /** Whether it shows; the others wait. */
  readonly running: boolean;
  /** Whole seconds, rounded up; none for an activity that runs until it is stopped. */
  readonly secondsLeft?: number;
  /** In milliseconds of the Unix epoch. */
  readonly startedAt: number;
  /** Who started it and why, for a person. */
  readonly cause: string;
  /** Who holds it. */
  readonly owners: readonly string[];
}

type Content = Pick<ActivityStatus, 'pattern' | 'speed' | 'colors' | 'intensity'>;

/** The rows of one status list, of activities in the order of their rank. */
export function statusOf(activities: readonly Activity<Content>[], clock: Clock): ActivityStatus[] {
  const now = clock.now();
  const epoch = clock.wallTime() - now;
  return activities.map(({ id, profile, content, priority, startedAt, endsAt, cause, owners }, index) => ({
    id,
    ...(profile !== undefined && { profile }),
    ...purposeField(priority),
    ...content,
    priority,
    running: index === 0,
    ...(endsAt !== undefined && { secondsLeft: Math.ceil(Math.max(0, endsAt - now) / 1_000) }),
    startedAt: Math.round(epoch + startedAt),
    cause,
    owners,
  }));
}

function purposeField(priority: number): { readonly purpose?: ActivityPurpose } {
  const purpose = purposeOf(priority);
  return purpose ? { purpose } : {};
}
