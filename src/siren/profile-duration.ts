import { z } from 'zod';
import { MAX_REPETITIONS, MAX_SECONDS } from './limits.js';

/** How long an activity of a profile lasts. */
export const profileDurationSchema = z.discriminatedUnion('unit', [
  z.strictObject({ unit: z.literal('continuous') }),
  z.strictObject({ unit: z.literal('time'), seconds: z.int().min(1).max(MAX_SECONDS) }),
  z.strictObject({ unit: z.literal('repetitions'), count: z.int().min(1).max(MAX_REPETITIONS) }),
]);

/** Until stopped, for some seconds, or for some periods of the pattern. */
export type ProfileDuration = z.infer<typeof profileDurationSchema>;
