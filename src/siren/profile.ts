import { z } from 'zod';
import type { ProfileName } from '../base/ids.js';
import { acknowledgementSchema } from './acknowledgement-schema.js';
import { callerSchema } from './caller-schema.js';
import { escalationProblems } from './escalation-problems.js';
import { lightSchema } from './light-schema.js';
import { MAX_DESCRIPTION_LENGTH, MAX_NAME_LENGTH, MAX_PRIORITY, MAX_PROFILES } from './limits.js';
import { profileDurationSchema } from './profile-duration.js';
import { sirenSchema } from './siren-schema.js';

const DEFAULT_PRIORITY = 3;

/** Control characters, which no person can type or read, would break log lines and tables. */
const PRINTABLE = /^\P{Cc}*$/u;

/** What is shown and sounded, for how long and how important it is. */
const shown = {
  light: lightSchema.optional(),
  siren: sirenSchema.optional(),
  duration: profileDurationSchema.default({ unit: 'continuous' }),
  priority: z.int().min(1).max(MAX_PRIORITY).default(DEFAULT_PRIORITY),
};

/** A profile without a name, for an activity that is started once. */
export const unnamedActivitySchema = z
  .strictObject(shown)
  .refine(({ light, siren }) => light !== undefined || siren !== undefined, {
    path: ['light'],
    message: 'An activity has a light, a siren or both.',
  });

/** A profile as a person or a file gives it; parsing fills in the defaults. */
export const profileSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(MAX_NAME_LENGTH)
      .regex(PRINTABLE, 'The name may not hold control characters.')
      .transform((name) => name as ProfileName),
    description: z.string().max(MAX_DESCRIPTION_LENGTH).default(''),
    ...shown,
    /** Left out, nobody is asked to acknowledge it. */
    acknowledgement: acknowledgementSchema.optional(),
    /** Left out, the caller hears nothing of it. */
    caller: callerSchema.optional(),
  })
  .refine((profile) => profile.light !== undefined || profile.siren !== undefined, {
    path: ['light'],
    message: 'A profile has a light, a siren or both.',
  });

/** What light and siren do when the profile runs, for how long and how important it is. */
export type Profile = z.infer<typeof profileSchema>;

/** All profiles of a device: up to `limit`, no two of the same name. */
export function profilesSchema(limit = MAX_PROFILES) {
  return z
    .array(profileSchema)
    .max(limit, `There can be up to ${limit} profiles.`)
    .superRefine((profiles, context) => {
      const seen = new Set<string>();
      profiles.forEach(({ name }, index) => {
        if (seen.has(name)) {
          const message = `Another profile is called "${name}" already.`;
          context.addIssue({ code: 'custom', path: [index, 'name'], input: name, message });
        }
        seen.add(name);
      });
      for (const { index, message } of escalationProblems(profiles)) {
        const path = [index, 'acknowledgement', 'escalation', 'profile'];
        context.addIssue({ code: 'custom', path, message });
      }
    });
}
