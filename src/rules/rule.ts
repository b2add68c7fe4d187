import { z } from 'zod';
import type { RuleId } from '../base/ids.js';
import { actionKindOf, actionSchema } from './actions/index.js';
import { conditionKindOf, conditionSchema } from './conditions/index.js';

/** The manual's hh:mm:ss ends at 99:59:59. */
const LONGEST_WAIT_SECONDS = 359_999;

/**
 * One rule: when all conditions are met, the actions are performed. Source: the device manual, "Rules".
 * What can never work is refused here with the reason, not discovered when an alarm stays silent.
 */
export const ruleSchema = z
  .strictObject({
    id: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .optional()
      .describe('Given by the device; a rule without one goes by its name.'),
    name: z
      .string()
      .trim()
      .min(1, 'Give the rule a name.')
      .max(64)
      .describe('What people call the rule; no two have the same.'),
    enabled: z.boolean().default(true).describe('Turned off, it does nothing.'),
    waitSeconds: z
      .int()
      .min(0)
      .max(LONGEST_WAIT_SECONDS)
      .default(0)
      .describe(
        'Wait between actions: the least time between two activations, in seconds, up to 359,999 (99:59:59); 0 is none.',
      ),
    conditions: z
      .array(conditionSchema)
      .min(1, 'A rule needs at least one condition.')
      .max(10)
      .describe('All of them must be met for the actions to be performed.'),
    actions: z
      .array(actionSchema)
      .min(1, 'A rule needs at least one action.')
      .max(10)
      .describe('What is done, in this order; light and siren come first.'),
  })
  .superRefine((rule, context) => {
    for (const { path, message } of contradictionsOf(rule))
      context.addIssue({ code: 'custom', path, message });
  });

/** The rules of a device: names and ids are unique. How many there may be is a setting. */
export const rulesSchema = z.array(ruleSchema).superRefine((rules, context) => {
  const names = new Set<string>();
  const ids = new Set<string>();
  rules.forEach((rule, index) => {
    if (names.has(rule.name)) {
      context.addIssue({ code: 'custom', path: [index, 'name'], message: 'Another rule has this name.' });
    } else if (ids.has(ruleIdOf(rule))) {
      context.addIssue({ code: 'custom', path: [index, 'id'], message: 'Another rule has this id.' });
    }
    names.add(rule.name);
    ids.add(ruleIdOf(rule));
  });
});

export type Rule = z.infer<typeof ruleSchema>;

/** The id by which the engine knows a rule: its own, or its name. */
export function ruleIdOf(rule: Pick<Rule, 'id' | 'name'>): RuleId {
  return (rule.id ?? rule.name) as RuleId;
}

interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

function contradictionsOf({ conditions, actions }: Pick<Rule, 'conditions' | 'actions'>): Contradiction[] {
  const found: Contradiction[] = [];
  const instants: number[] = [];
  conditions.forEach((condition, index) => {
    const isInstant = !conditionKindOf(condition).stateful;
    if (isInstant) instants.push(index);
    if (condition.trigger && index > 0) {
      found.push({
        path: ['conditions', index, 'trigger'],
        message: 'Only the first condition can be a trigger.',
      });
    }
    if (condition.invert && isInstant) {
      const message = 'An event without a state has no opposite: this condition cannot be inverted.';
      found.push({ path: ['conditions', index, 'invert'], message });
    }
  });
  const hasTrigger = conditions[0]?.trigger === true;
  const second = instants[1];
  if (second !== undefined) {
    const message =
      'Two events never happen at the same instant: only one condition can be an event without a state.';
    found.push({ path: ['conditions', second], message });
  } else if (hasTrigger && instants[0] !== undefined && instants[0] > 0) {
    const message =
      'Beside a trigger the other conditions must have a state; make the event itself the trigger.';
    found.push({ path: ['conditions', instants[0]], message });
  }
  const lasting = actions.findIndex((action) => actionKindOf(action).lasts(action));
  if (lasting >= 0 && !canLast(instants.length > 0, hasTrigger, conditions.length)) {
    const message = hasTrigger
      ? 'Nothing says how long this lasts: an action that runs while the rule is active needs a condition with a state beside the trigger.'
      : 'Nothing says how long this lasts: an event is over at once. Choose start or stop, or use the event as a trigger beside a condition with a state.';
    found.push({ path: ['actions', lasting], message });
  }
  const onCall = actions.findIndex((action) => actionKindOf(action).needsCall?.(action) === true);
  if (onCall >= 0 && !conditions.some(isAboutCall)) {
    const message =
      'There is no call that moves this rule: it needs a condition about a call, or calls chosen by "fitting".';
    found.push({ path: ['actions', onCall], message });
  }
  return found;
}

function isAboutCall(condition: Rule['conditions'][number]): boolean {
  return conditionKindOf(condition).topics.some((topic) => topic.startsWith('call.'));
}

function canLast(hasInstant: boolean, hasTrigger: boolean, count: number): boolean {
  return hasTrigger ? count > 1 : !hasInstant;
}
