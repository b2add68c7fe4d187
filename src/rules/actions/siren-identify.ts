import { z } from 'zod';
import type { Intent } from '../intent.js';
import type { ActionContext, ActionKind } from './action-kind.js';
import { secondsOnlyForStarting, wordsOfOwnActivity } from './own-activity-fields.js';

/** Longer nobody looks for a device, and a forgotten one would hide the light of alarms. */
const LONGEST_SECONDS = 3_600;
const USUAL_SECONDS = 60;

const schema = z
  .strictObject({
    kind: z.literal('siren.identify'),
    run: z
      .enum(['on', 'off', 'whileActive'])
      .describe('Turn it on or off once, or have it on for as long as the rule is active.'),
    seconds: z
      .int()
      .min(1)
      .max(LONGEST_SECONDS)
      .optional()
      .describe('How long it is on; left out, a minute.'),
  })
  .refine(...secondsOnlyForStarting);

type Settings = z.infer<typeof schema>;

/** Identify: a light like no alarm, for some seconds or while the rule is active. */
export const sirenIdentifyAction = {
  kind: 'siren.identify',
  schema,
  endsWithDevice: true,
  lasts: ({ run }: Settings) => run === 'whileActive',
  begin: ({ run, seconds = USUAL_SECONDS }: Settings, { owner, cause }: ActionContext): Intent => {
    if (run === 'off') return { kind: 'siren.stopOwn', purpose: 'identify', cause };
    return run === 'on'
      ? { kind: 'siren.startOwn', purpose: 'identify', seconds, owner: 'identify', cause }
      : { kind: 'siren.startOwn', purpose: 'identify', owner, cause };
  },
  undo: (_settings: Settings, { owner, cause }: ActionContext): Intent => ({
    kind: 'siren.release',
    purpose: 'identify',
    owner,
    cause,
  }),
  causes: ['activity'],
  references: () => [],
  describe: (settings: Settings) => wordsOfOwnActivity('identify', settings),
} satisfies ActionKind<Settings>;
