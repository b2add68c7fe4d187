import { z } from 'zod';

/** A week; a timer of Node takes no more than 24 days. */
const LONGEST_HOURS = 168;

/** When the device checks itself, silently. */
export const healthCheckSettingsSchema = z.strictObject({
  /** Hours from one silent check to the next; 0 is never. */
  everyHours: z.int().min(0).max(LONGEST_HOURS).default(0),
});

export type HealthCheckSettings = z.infer<typeof healthCheckSettingsSchema>;
