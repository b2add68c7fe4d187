import { z } from 'zod';
import type { ProfileName } from '../base/ids.js';
import { MAX_NAME_LENGTH, MAX_SECONDS } from './limits.js';

/** What follows an alarm that nobody acknowledges. */
export const escalationSchema = z.strictObject({
  /** The profile that is started then. */
  profile: z
    .string()
    .trim()
    .min(1, 'Name the profile.')
    .max(MAX_NAME_LENGTH)
    .transform((name) => name as ProfileName),
  /** Counted from the start of the alarm; a restart of the device does not interrupt it. */
  afterSeconds: z.int().min(1).max(MAX_SECONDS),
  /**
   * What stops the escalated profile: that the alarm is acknowledged, or only that it is cleared, or neither, so that
   * it lasts for as long as it says itself. An alarm that is cleared has no need to be acknowledged any more.
   */
  endsWhen: z.enum(['acknowledged', 'cleared', 'never']).default('acknowledged'),
});

/** That somebody is to acknowledge an alarm, and what it does. */
export const acknowledgementSchema = z.strictObject({
  /** Whether it silences the siren and keeps the light, stops both, or is only noted down. */
  effect: z.enum(['silence', 'stop', 'note']).default('silence'),
  escalation: escalationSchema.optional(),
});

export type Acknowledgement = z.infer<typeof acknowledgementSchema>;
export type Escalation = z.infer<typeof escalationSchema>;
