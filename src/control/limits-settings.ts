import { z } from 'zod';

/** The section `limits`: how much of something there may be, where more than usual can make sense. */
export const limitsSchema = z.strictObject({
  /** Rules. The device manual's limit is the default; an event costs the same however many there are. */
  rules: z.int().min(1).max(100_000).default(256),
});
