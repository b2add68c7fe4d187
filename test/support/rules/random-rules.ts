import * as fc from 'fast-check';
import { ruleSchema, type Rule } from '../../../src/rules/rule.js';
import { callAction, lastingAction, momentaryAction, RULE_NAMES } from './random-actions.js';
import { conditionOf, type RandomCondition } from './random-conditions.js';
import type { Condition } from './rule-types.js';

const seldom = (usual: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight: usual, arbitrary: fc.constant(false) }, fc.constant(true));

/** Any rule that the schema takes, with conditions of these kinds. */
export function ruleOfKinds(kinds: readonly Condition['kind'][]): fc.Arbitrary<Rule> {
  const plain: fc.Arbitrary<RandomCondition> = fc.oneof(...kinds.map(conditionOf));
  const condition = fc.tuple(plain, seldom(4)).map(([given, invert]) => ({ ...given, invert }));
  const trigger = condition.map((given) => ({ ...given, trigger: true }));
  const isOfCalls = kinds.some((kind) => kind.startsWith('call.'));
  const once = isOfCalls ? fc.oneof(momentaryAction, callAction) : momentaryAction;
  const actions = fc.array(fc.oneof(once, lastingAction), { minLength: 1, maxLength: 3 });
  const shape = fc.oneof(
    fc.record({ conditions: fc.array(condition, { minLength: 1, maxLength: 3 }), actions }),
    // Chance seldom makes these: what lasts while one state does, a trigger all alone, or one beside a state.
    fc.record({ conditions: fc.tuple(condition), actions: fc.tuple(lastingAction, lastingAction) }),
    fc.record({ conditions: fc.tuple(trigger), actions: fc.tuple(once) }),
    fc.record({ conditions: fc.tuple(trigger, condition), actions }),
    // And an event by itself, or while something else is so.
    fc.record({ conditions: fc.array(plain, { minLength: 1, maxLength: 2 }), actions: fc.tuple(once, once) }),
  );
  return fc
    .tuple(
      fc.record({
        name: fc.constantFrom(...RULE_NAMES),
        enabled: seldom(4).map((isOff) => !isOff),
        waitSeconds: fc.constantFrom(0, 0, 2, 5),
      }),
      shape,
    )
    .map(([common, parts]) => ruleSchema.safeParse({ ...common, ...parts }).data)
    .filter((given) => given !== undefined);
}
