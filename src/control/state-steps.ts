import { z } from 'zod';

/** States that an input or an output passes through; the last one stays. */
export const stateSteps = z
  .array(
    z.strictObject({
      active: z.boolean(),
      milliseconds: z.int().min(0).max(3_600_000).default(0).describe('How long until the next.'),
    }),
  )
  .min(1)
  .max(64);
