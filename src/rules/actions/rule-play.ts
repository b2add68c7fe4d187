import { z } from 'zod';
import { spokenPlay, WORDLESS_PLAYS } from '../../calls/play-request.js';
import { LONGEST_SPOKEN_TEXT } from '../../sounds/spoken-text-schema.js';
import { templateText } from '../placeholders.js';

/** What is heard over there: whatever a call can play, a text with placeholders, or the siren of a profile. */
export const rulePlaySchema = z.discriminatedUnion('kind', [
  ...WORDLESS_PLAYS,
  spokenPlay(
    templateText(LONGEST_SPOKEN_TEXT).refine((text) => text.trim() !== '', 'Write what is to be said.'),
  ),
  z.strictObject({
    kind: z.literal('profile'),
    profile: z
      .string()
      .trim()
      .min(1)
      .max(50)
      .describe('The name of a light and siren profile that has a siren.'),
    seconds: z.number().min(0.1).max(3_600).default(10).describe('How long it sounds.'),
  }),
]);

export type RulePlay = z.infer<typeof rulePlaySchema>;
