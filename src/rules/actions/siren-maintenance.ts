import { z } from 'zod';
import { MAX_SECONDS } from '../../siren/limits.js';
import type { Intent } from '../intent.js';
import type { ActionContext, ActionKind } from './action-kind.js';
import { secondsOnlyForStarting, wordsOfOwnActivity } from './own-activity-fields.js';

const schema = z
  .strictObject({
    kind: z.literal('siren.maintenance'),
    run: z
      .enum(['on', 'off', 'whileActive'])
      .describe('Turn it on or off once, or have it on for as long as the rule is active.'),
    seconds: z
      .int()
      .min(1)
      .max(MAX_SECONDS)
      .optional()
      .describe('How long it is on; none is until it is turned off.'),
  })
  .refine(...secondsOnlyForStarting);

type Settings = z.infer<typeof schema>;

/** Maintenance mode: on (for some seconds), off, or while the rule is active. */
export const sirenMaintenanceAction = {
  kind: 'siren.maintenance',
  schema,
  lasts: ({ run }: Settings) => run === 'whileActive',
  begin: ({ run, seconds }: Settings, { owner, cause }: ActionContext): Intent =>
    run === 'off'
      ? { kind: 'siren.stopOwn', purpose: 'maintenance', cause }
      : {
          kind: 'siren.startOwn',
          purpose: 'maintenance',
          ...(seconds !== undefined && { seconds }),
          // What is turned on once belongs to nobody who would let go of it.
          owner: run === 'on' ? 'maintenance' : owner,
          cause,
        },
  undo: (_settings: Settings, { owner, cause }: ActionContext): Intent => ({
    kind: 'siren.release',
    purpose: 'maintenance',
    owner,
    cause,
  }),
  causes: ['activity'],
  references: () => [],
  describe: (settings: Settings) => wordsOfOwnActivity('maintenance mode', settings),
} satisfies ActionKind<Settings>;
