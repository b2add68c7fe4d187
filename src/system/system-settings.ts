import { z } from 'zod';

/** What the device watches on itself: the section `systemWatch`. */
export const systemWatchSchema = z.strictObject({
  /** The storage counts as full when more than this is used, in percent. */
  storageFullPercent: z.int().min(1).max(100).default(90),
  /** A certificate counts as about to expire so many days before. */
  certificateDays: z.int().min(0).max(3_650).default(30),
});

export type SystemWatchSettings = z.infer<typeof systemWatchSchema>;
