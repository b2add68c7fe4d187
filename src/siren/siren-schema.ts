import { z } from 'zod';
import { findSoundPattern, SOUND_PATTERNS } from '../patterns/sound/index.js';
import { MAX_INTENSITY } from './limits.js';
import { speechSchema } from './speech-schema.js';

const DEFAULT_INTENSITY = 2;

/** The siren of a profile. The pattern is spelled as freely as that of the light and stored as the manual spells it. */
export const sirenSchema = z
  .strictObject({
    pattern: z.string(),
    intensity: z.int().min(1).max(MAX_INTENSITY).default(DEFAULT_INTENSITY),
    speech: speechSchema.optional(),
  })
  .transform((siren, context) => {
    const pattern = findSoundPattern(siren.pattern);
    if (pattern) return { ...siren, pattern: pattern.name };
    const accepted = SOUND_PATTERNS.map(({ name }) => name).join(', ');
    const message = `There is no such sound pattern; accepted: ${accepted}.`;
    context.addIssue({
      code: 'custom',
      path: ['pattern'],
      input: siren.pattern,
      message,
      params: { accepted },
    });
    return z.NEVER;
  });
