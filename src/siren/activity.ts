import type { ActivityId, ProfileName } from '../base/ids.js';

/** What is shown or sounded: the settings of one function of a profile. Opaque to the arbitration. */
export interface Activity<Content = unknown> {
  readonly id: ActivityId;
  readonly profile: ProfileName | undefined;
  /** 1 to 10; above 10 for the device's own activities: Maintenance 11, Identify 12, Health check 13; 0 for a preview. */
  readonly priority: number;
  /** Pattern and settings. The same object means the same settings. */
  readonly content: Content;
  /** When it was last started, on the clock's time in milliseconds. */
  readonly startedAt: number;
  /** When the pattern's first period began; earlier than `startedAt` if it was started again while it ran. */
  readonly phaseAt: number;
  /** When its time is over; none for a continuous activity. */
  readonly endsAt: number | undefined;
  /** Who started it and why, for a person. */
  readonly cause: string;
  /** Who holds it; it ends when the last one lets go. */
  readonly owners: readonly string[];
}
