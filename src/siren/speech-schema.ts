import { z } from 'zod';
import { spokenTextSchema, voiceFields } from '../sounds/spoken-text-schema.js';

/** A text that is spoken together with the siren of a profile, or alone. */
export const speechSchema = z.strictObject({
  text: spokenTextSchema,
  ...voiceFields,
  /** Per cent; at 100 it is as loud as the sounds of the siren at the same intensity. */
  volume: z.int().min(10).max(100).default(100),
  /** Once before the siren; before the siren and again and again between its repetitions; or in place of it. */
  when: z.enum(['before', 'between', 'alone']).default('before'),
  /** Repetitions of the siren between two times that the text is spoken; only for `between`. */
  everyRepetitions: z.int().min(1).max(20).default(1),
});
