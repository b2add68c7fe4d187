import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { InvalidValueError } from '../../config/invalid-value-error.js';
import { toPortable } from '../../siren/portable-profile.js';
import { type Command, defineCommand } from '../command.js';
import { withKnownSounds } from '../known-sounds.js';
import { LIMITS } from '../limits.js';
import { IMPORT_MODES, importProfiles } from '../profile-import.js';
import { quoted } from '../words.js';

const exportProfiles = defineCommand({
  name: 'profiles.export',
  kind: 'query',
  role: 'viewer',
  summary: 'All profiles, or those that are named, as a file that can be imported again, here or elsewhere.',
  input: z.strictObject({
    name: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe('The name of a profile; again for each further one.'),
  }),
  run: ({ services }, { name }) => {
    const profiles = services.config.get('profiles');
    if (name === undefined) return profiles.map(toPortable);
    return [name].flat().map((wanted) => {
      const found = profiles.find((profile) => profile.name === wanted);
      if (!found) throw new SipsirenError('NOT_FOUND', `There is no profile ${quoted(wanted)}.`);
      return toPortable(found);
    });
  },
});

const importFile = defineCommand({
  name: 'profiles.import',
  kind: 'command',
  role: 'administrator',
  summary:
    'Takes profiles over from a file: add, deleteAndAdd or overwrite. All of them or, with a list of what is wrong, none.',
  input: z.strictObject({
    mode: z.enum(IMPORT_MODES).default('add'),
    profiles: z
      .array(z.looseObject({}))
      .max(LIMITS.profiles)
      .describe('The profiles, in the form of the export or as the API lists them.'),
  }),
  run: async ({ services }, { mode, profiles: file }) => {
    let changed: Readonly<Record<'added' | 'overwritten' | 'deleted', readonly string[]>> | undefined;
    await services.config.change(({ profiles: present, rules }) => {
      const { profiles, problems, ...names } = importProfiles({ mode, file, present, rules });
      if (problems.length > 0) throw new InvalidValueError(problems);
      changed = names;
      const pathOf = (index: number) => {
        const place = file.findIndex(({ name }) => name === profiles[index]?.name);
        return place < 0 ? '' : `profiles[${place}].`;
      };
      return { profiles: withKnownSounds(profiles, { services, pathOf }) };
    });
    return changed;
  },
});

export const PROFILE_FILE_COMMANDS = [exportProfiles, importFile] as readonly Command[];
