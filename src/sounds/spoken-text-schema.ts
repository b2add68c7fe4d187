import { z } from 'zod';

/** Characters of a text that is spoken. */
export const LONGEST_SPOKEN_TEXT = 500;

/** A language or voice by its name in espeak-ng: `en`, `en-gb`, `de`, `en+f3`. Nothing that is a path or an option. */
const VOICE = /^[a-z][a-z0-9-]{0,30}(?:\+[A-Za-z0-9]{1,20})?$/;

/** One line of text to be spoken. */
export const spokenTextSchema = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST_SPOKEN_TEXT)
  .regex(/^[^\p{Cc}]*$/u, 'The text may not hold control characters.');

/** How a text is spoken. */
export const voiceFields = {
  voice: z
    .string()
    .trim()
    .regex(VOICE, 'a voice of espeak-ng, such as en or de')
    .default('en')
    .describe('A language or voice of espeak-ng: en, en-gb, de, en+f3.'),
  speed: z.int().min(80).max(450).default(160).describe('Words a minute.'),
};
