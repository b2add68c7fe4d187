import { z } from 'zod';
import { referenceTo } from '../reference.js';
import { momentary, type ActionContext, type ActionKind } from './action-kind.js';

const schema = z.strictObject({
  kind: z.literal('rule.enable'),
  rule: z
    .string()
    .trim()
    .min(1, 'Name the rule by its id.')
    .max(100)
    .describe('The id of the rule to turn on or off.'),
  enabled: z.boolean().describe('On or off, for good.'),
});

type Settings = z.infer<typeof schema>;

/** Turn another rule, or this one, on or off. */
export const ruleEnableAction = {
  kind: 'rule.enable',
  schema,
  ...momentary(({ rule, enabled }: Settings, { cause }: ActionContext) => ({
    kind: 'rule.enable',
    rule,
    enabled,
    cause,
  })),
  causes: ['rule'],
  references: ({ rule }: Settings) => referenceTo('rule', 'rule', rule),
  describe: ({ rule, enabled }: Settings) => `turn the rule ${rule} ${enabled ? 'on' : 'off'}`,
} satisfies ActionKind<Settings>;
