import { z } from 'zod';
import { SAFE_FLASH_RATE } from '../patterns/flash-rate.js';

/** Above this no output shows the flashes any more: most show 25 pictures a second. */
export const MAX_FLASH_LIMIT = 10;

/** The section `light`: what no profile's light may exceed. */
export const lightLimitsSchema = z.strictObject({
  /** Flashes in any second that leave an output, whatever is asked for. */
  maxFlashesPerSecond: z.int().min(1).max(MAX_FLASH_LIMIT).default(SAFE_FLASH_RATE),
});

export type LightLimits = z.infer<typeof lightLimitsSchema>;
