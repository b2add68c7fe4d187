import { z } from 'zod';
import type { Intent } from '../intent.js';
import { referenceTo } from '../reference.js';
import type { ActionContext, ActionKind } from './action-kind.js';

const schema = z.strictObject({
  kind: z.literal('siren.profile'),
  profile: z
    .string()
    .trim()
    .min(1, 'Name the profile.')
    .max(50)
    .describe('The name of the light and siren profile.'),
  run: z
    .enum(['start', 'stop', 'whileActive'])
    .describe('Start or stop it once, or run it for as long as the rule is active.'),
});

type Settings = z.infer<typeof schema>;

/** Run light and siren profile: start, stop, or while the rule is active. */
export const sirenProfileAction = {
  kind: 'siren.profile',
  schema,
  // The siren keeps its activities by itself and leaves those of rules to begin anew.
  endsWithDevice: true,
  lasts: (settings: Settings) => settings.run === 'whileActive',
  begin: ({ profile, run }: Settings, { owner, cause }: ActionContext): Intent =>
    run === 'stop' ? { kind: 'siren.stop', profile, cause } : { kind: 'siren.start', profile, owner, cause },
  undo: (_settings: Settings, { owner, cause }: ActionContext): Intent => ({
    kind: 'siren.release',
    owner,
    cause,
  }),
  causes: ['activity'],
  references: ({ profile }: Settings) => referenceTo('profile', 'profile', profile),
  describe: ({ profile, run }: Settings) =>
    run === 'whileActive' ? `run profile ${profile} while the rule is active` : `${run} profile ${profile}`,
} satisfies ActionKind<Settings>;
