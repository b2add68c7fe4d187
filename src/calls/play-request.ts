import { z, type ZodType } from 'zod';
import { ownSoundName } from '../patterns/own-sound-name.js';
import { findSoundPattern, SOUND_PATTERNS } from '../patterns/sound/index.js';
import { spokenTextSchema, voiceFields } from '../sounds/spoken-text-schema.js';

const soundNames = SOUND_PATTERNS.map(({ name }) => name).join(', ');

/** How long a sound lasts; the call's own limits end it, too. */
const soundSeconds = z.number().min(0.1).max(3_600);

/** What can be played without words of one's own. */
export const WORDLESS_PLAYS = [
  z.strictObject({
    kind: z.literal('tone'),
    /** Telephones carry 300 to 3400 Hz. */
    hertz: z.number().min(100).max(3_900).default(440),
    seconds: soundSeconds.default(2),
  }),
  z.strictObject({
    kind: z.literal('announcement'),
    /** The name of a stored announcement. */
    name: z.string().min(1).max(64),
    times: z.int().min(1).max(100).default(1),
  }),
  z.strictObject({
    kind: z.literal('sound'),
    /** A sound of the siren, by its name, or an own one. */
    pattern: z.string().refine((name) => findSoundPattern(name) ?? ownSoundName(name), {
      error: 'is no sound of the siren',
      params: { accepted: `one of ${soundNames}, or Own: and the name of an own sound` },
    }),
    seconds: soundSeconds.default(10),
  }),
  z.strictObject({
    kind: z.literal('dtmf'),
    digits: z.string().regex(/^[0-9A-D*#]{1,64}$/, '1 to 64 of 0-9, A-D, * and #'),
  }),
  z.strictObject({ kind: z.literal('nothing') }),
] as const;

/** A text that is spoken; rules and recipients have placeholders in theirs. */
export function spokenPlay<Text extends ZodType<string>>(text: Text) {
  return z.strictObject({
    kind: z.literal('text'),
    /** What is said. */
    text,
    ...voiceFields,
    /** How often; by default twice, since a handset takes a moment to reach the ear. */
    times: z.int().min(1).max(100).default(2),
  });
}

/** What the other side hears when it has answered a call of ours. */
export const playRequestSchema = z.discriminatedUnion('kind', [
  ...WORDLESS_PLAYS,
  spokenPlay(spokenTextSchema),
]);

export type PlayRequest = z.infer<typeof playRequestSchema>;
