import type { Action } from './actions/index.js';
import { ruleIdOf, type Rule } from './rule.js';

/** The name under which an action of a rule holds what it runs. */
export function ownerOf(ruleId: string, index: number): string {
  return `rule:${ruleId}:${index}`;
}

/** The action that holds what it runs under this name; none where no rule has it (any more). */
export function actionOfOwner(rules: readonly Rule[], owner: string): Action | undefined {
  for (const rule of rules) {
    const index = rule.actions.findIndex((_, place) => ownerOf(ruleIdOf(rule), place) === owner);
    if (index >= 0) return rule.actions[index];
  }
  return undefined;
}
