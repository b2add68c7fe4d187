import { z } from 'zod';
import { ownSoundName, ownSoundPattern } from '../patterns/own-sound-name.js';
import { findSoundPattern, SOUND_PATTERNS } from '../patterns/sound/index.js';
import { MAX_INTENSITY } from './limits.js';
import { speechSchema } from './speech-schema.js';

const DEFAULT_INTENSITY = 2;

/**
 * The siren of a profile. The pattern is spelled as freely as that of the light and stored as the manual spells it, or
 * as `Own: ` and the name of an own sound; whether there is one is not the schema's to know.
 */
export const sirenSchema = z
  .strictObject({
    pattern: z.string(),
    intensity: z.int().min(1).max(MAX_INTENSITY).default(DEFAULT_INTENSITY),
    speech: speechSchema.optional(),
  })
  .transform((siren, context) => {
    const pattern = findSoundPattern(siren.pattern);
    if (pattern) return { ...siren, pattern: pattern.name };
    const own = ownSoundName(siren.pattern);
    if (own !== undefined) return { ...siren, pattern: ownSoundPattern(own) };
    const accepted = SOUND_PATTERNS.map(({ name }) => name).join(', ');
    const message = `There is no such sound pattern; accepted: ${accepted}, or Own: and the name of an own sound.`;
    context.addIssue({
      code: 'custom',
      path: ['pattern'],
      input: siren.pattern,
      message,
      params: { accepted },
    });
    return z.NEVER;
  });
