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
  .strictObject({ kind: z.literal('call.answer'), ...callTargetFields })
  .refine(...filterOnlyForFitting);

type Settings = z.infer<typeof schema>;

/** Answer the call that moved the rule, or every ringing one that fits. */
export const callAnswerAction = {
  kind: 'call.answer',
  schema,
  ...momentary((settings: Settings, { cause }: ActionContext) => ({
    kind: 'call.answer',
    target: targetOf(settings),
    cause,
  })),
  causes: ['call.state', 'call.stateChange'],
  needsCall: ({ calls }: Settings) => calls === 'cause',
  references: (settings: Settings) => referencesOfTarget(settings),
  describe: (settings: Settings) => `answer ${describeTarget(targetOf(settings))}`,
} satisfies ActionKind<Settings>;
