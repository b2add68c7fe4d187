/** One configured recipient. */
export interface RecipientSettings {
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly kind: string;
  /** Off: nothing is sent to it, and nothing new waits for it. */
  readonly enabled: boolean;
  /** Kept on disk and tried again until it is delivered or given up, or tried once; `default` as the kind has it. */
  readonly delivery: 'atLeastOnce' | 'bestEffort' | 'default';
  /** After this time an attempt counts as failed, in seconds. */
  readonly timeoutSeconds: number;
  /** A delivery is given up after so many attempts. */
  readonly maxAttempts: number;
  /** A delivery is given up when it has failed for so long, in hours. */
  readonly giveUpAfterHours: number;
  /** As the kind's schema has it. */
  readonly settings: Readonly<Record<string, unknown>>;
}
