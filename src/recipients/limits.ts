/** How many recipients a device has by default. Source: the device manual. */
export const MAX_RECIPIENTS = 20;

/** What may wait for one recipient; beyond it the oldest goes to the dead letters. */
export interface OutboxLimits {
  readonly deliveries: number;
  /** Of the deliveries and their recordings, in bytes. */
  readonly bytes: number;
  /** Dead letters that are kept; beyond it the oldest is forgotten. */
  readonly deadLetters: number;
}

export const OUTBOX_LIMITS: OutboxLimits = {
  deliveries: 1_000,
  bytes: 64 * 1_024 * 1_024,
  deadLetters: 200,
};

/** What may wait in memory for a recipient that is not kept an outbox for. */
export const MOST_BEST_EFFORT = 100;
