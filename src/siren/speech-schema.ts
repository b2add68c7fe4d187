import { z } from 'zod';

const LONGEST_TEXT = 500;

/** A language or voice by its name in espeak-ng: `en`, `en-gb`, `de`, `en+f3`. Nothing that is a path or an option. */
const VOICE = /^[a-z][a-z0-9-]{0,30}(?:\+[A-Za-z0-9]{1,20})?$/;

/** A text that is spoken together with the siren of a profile, or alone. */
export const speechSchema = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .max(LONGEST_TEXT)
    .regex(/^[^\p{Cc}]*$/u, 'The text may not hold control characters.'),
  voice: z.string().trim().regex(VOICE, 'a voice of espeak-ng, such as en or de').default('en'),
  /** Words a minute. */
  speed: z.int().min(80).max(450).default(160),
  /** Per cent; at 100 it is as loud as the sounds of the siren at the same intensity. */
  volume: z.int().min(10).max(100).default(100),
  /** Once before the siren; before the siren and again and again between its repetitions; or in place of it. */
  when: z.enum(['before', 'between', 'alone']).default('before'),
  /** Repetitions of the siren between two times that the text is spoken; only for `between`. */
  everyRepetitions: z.int().min(1).max(20).default(1),
});
