import { z } from 'zod';
import { momentary, type ActionContext, type ActionKind } from './action-kind.js';
import {
  callTargetFields,
  describeTarget,
  filterOnlyForFitting,
  referencesOfTarget,
  targetOf,
} from './call-target.js';

const schema = z
  .strictObject({ kind: z.literal('call.end'), ...callTargetFields })
  .refine(...filterOnlyForFitting);

type Settings = z.infer<typeof schema>;

/** End calls: the one that moved the rule, or those that fit. */
export const callEndAction = {
  kind: 'call.end',
  schema,
  ...momentary((settings: Settings, { cause }: ActionContext) => ({
    kind: 'call.end',
    target: targetOf(settings),
    cause,
  })),
  causes: ['call.state', 'call.stateChange'],
  needsCall: ({ calls }: Settings) => calls === 'cause',
  references: (settings: Settings) => referencesOfTarget(settings),
  describe: (settings: Settings) => `end ${describeTarget(targetOf(settings))}`,
} satisfies ActionKind<Settings>;
