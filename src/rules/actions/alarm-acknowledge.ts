import { z } from 'zod';
import type { Intent } from '../intent.js';
import { referenceTo } from '../reference.js';
import { momentary, type ActionContext, type ActionKind } from './action-kind.js';

const schema = z.strictObject({
  kind: z.literal('alarm.acknowledge'),
  profile: z
    .string()
    .trim()
    .max(50)
    .optional()
    .describe('The name of the profile; left out, every alarm that waits for it.'),
});

type Settings = z.infer<typeof schema>;

/** Acknowledge an alarm, or all that wait for it. */
export const alarmAcknowledgeAction = {
  kind: 'alarm.acknowledge',
  schema,
  ...momentary(acknowledge),
  causes: ['activity'],
  references: ({ profile }: Settings) => referenceTo('profile', 'profile', profile),
  describe: ({ profile }: Settings) =>
    profile === undefined || profile === '' ? 'acknowledge every alarm' : `acknowledge the alarm ${profile}`,
} satisfies ActionKind<Settings>;

function acknowledge({ profile }: Settings, { cause }: ActionContext): Intent {
  return { kind: 'alarm.acknowledge', ...(profile !== undefined && profile !== '' && { profile }), cause };
}
