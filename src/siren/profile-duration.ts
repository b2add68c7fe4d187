import { z } from 'zod';
import { MAX_REPETITIONS, MAX_SECONDS } from './limits.js';

/** How long an activity of a profile lasts: until stopped, for some seconds, or for some periods of its pattern. */
export const profileDurationSchema = z.discriminatedUnion('unit', [
  z.strictObject({ unit: z.literal('continuous') }),
  z.strictObject({ unit: z.literal('time'), seconds: z.int().min(1).max(MAX_SECONDS) }),
  z.strictObject({ unit: z.literal('repetitions'), count: z.int().min(1).max(MAX_REPETITIONS) }),
]);
