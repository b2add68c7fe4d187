import { z } from 'zod';

/**
 * What the caller who started the profile hears once an output has shown or sounded it, so that the guard knows:
 * nothing, the confirmation tone, the name of the profile spoken, or the siren itself for as long as it sounds.
 */
export const callerSchema = z.strictObject({
  hears: z.enum(['nothing', 'tone', 'name', 'siren']).default('nothing'),
  /** The confirmation tone before the name or the siren. */
  toneFirst: z.boolean().default(false),
});
