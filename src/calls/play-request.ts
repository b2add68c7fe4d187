import { z, type ZodType } from 'zod';
import { ownSoundName } from '../patterns/own-sound-name.js';
import { findSoundPattern, SOUND_PATTERNS } from '../patterns/sound/index.js';
import { spokenTextSchema, voiceFields } from '../sounds/spoken-text-schema.js';

const soundNames = SOUND_PATTERNS.map(({ name }) => name).join(', ');

/** How long a sound lasts; the call's own limits end it, too. */
const soundSeconds = z.number().min(0.1).max(3_600);

const HOW_LONG = 'How long it sounds.';

/** What can be played without words of one's own. */
export const WORDLESS_PLAYS = [
  z.strictObject({
    kind: z.literal('tone'),
    hertz: z.number().min(100).max(3_900).default(440).describe('Telephones carry 300 to 3400 Hz.'),
    seconds: soundSeconds.default(2).describe(HOW_LONG),
  }),
  z.strictObject({
    kind: z.literal('announcement'),
    name: z.string().min(1).max(64).describe('The name of a stored announcement.'),
    times: z.int().min(1).max(100).default(1).describe('How often.'),
  }),
  z.strictObject({
    kind: z.literal('sound'),
    pattern: z
      .string()
      .refine((name) => findSoundPattern(name) ?? ownSoundName(name), {
        error: 'is no sound of the siren',
        params: { accepted: `one of ${soundNames}, or Own: and the name of an own sound` },
      })
      .describe('A sound of the siren, by its name, or an own one: Own: and its name.'),
    seconds: soundSeconds.default(10).describe(HOW_LONG),
  }),
  z.strictObject({
    kind: z.literal('dtmf'),
    digits: z
      .string()
      .regex(/^[0-9A-D*#]{1,64}$/, '1 to 64 of 0-9, A-D, * and #')
      .describe('The keys in their order: 0-9, A-D, * and #.'),
  }),
  z.strictObject({ kind: z.literal('nothing') }),
] as const;

/** A text that is spoken; rules and recipients have placeholders in theirs. */
export function spokenPlay<Text extends ZodType<string>>(text: Text) {
  return z.strictObject({
    kind: z.literal('text'),
    text: text.describe('What is said.'),
    ...voiceFields,
    times: z
      .int()
      .min(1)
      .max(100)
      .default(2)
      .describe('How often; by default twice, since a handset takes a moment to reach the ear.'),
  });
}

/** What the other side hears when it has answered a call of ours. */
export const playRequestSchema = z.discriminatedUnion('kind', [
  ...WORDLESS_PLAYS,
  spokenPlay(spokenTextSchema),
]);

export type PlayRequest = z.infer<typeof playRequestSchema>;
