import type { DeviceEventType } from '../events/device-event.js';
import { actionKindOf, type Action } from './actions/index.js';
import type { CompiledCondition } from './conditions/condition-kind.js';
import { conditionKindOf } from './conditions/index.js';
import type { Rule } from './rule.js';

/**
 * How a rule lives: `level` as long as all conditions hold; `instant` at the moment of its event without a
 * state; `triggered` from its trigger for as long as the others hold; `edge` at the moment its only
 * condition, a trigger, becomes true.
 */
type RuleMode = 'level' | 'instant' | 'triggered' | 'edge';

/** One version of a rule, ready to run. Throws INVALID_VALUE where a condition cannot be compiled. */
export class CompiledRule {
  readonly rule: Rule;
  readonly mode: RuleMode;
  readonly conditions: readonly CompiledCondition[];
  /** Whether any lasting action holds what outlives a crash. */
  readonly hasKept: boolean;
  #signature: string | undefined;

  constructor(rule: Rule) {
    this.rule = rule;
    this.conditions = rule.conditions.map((condition) => conditionKindOf(condition).compile(condition));
    this.hasKept = rule.actions.some((action) => {
      const kind = actionKindOf(action);
      return kind.lasts(action) && kind.endsWithDevice !== true;
    });
    const hasTrigger = rule.conditions[0]?.trigger === true;
    const hasInstant = this.conditions.some((condition) => !condition.stateful);
    if (hasTrigger) this.mode = this.conditions.length > 1 ? 'triggered' : 'edge';
    else this.mode = hasInstant ? 'instant' : 'level';
  }

  /** Whether any of its conditions waits for such events. */
  listensTo(topic: DeviceEventType): boolean {
    return this.conditions.some((condition) => condition.interest.topic === topic);
  }

  /** Whether both would run alike. The name and being enabled are no part of it: they change at once. */
  runsLike(rule: Rule): boolean {
    if (rule === this.rule) return true;
    this.#signature ??= signatureOf(this.rule);
    return this.#signature === signatureOf(rule);
  }

  /** The actions that are undone when the rule ends, with their places, last first. */
  *lastingActions(): Generator<[index: number, action: Action]> {
    const { actions } = this.rule;
    for (let index = actions.length - 1; index >= 0; index--) {
      const action = actions[index];
      if (action !== undefined && actionKindOf(action).lasts(action)) yield [index, action];
    }
  }
}

function signatureOf({ conditions, actions, waitSeconds }: Rule): string {
  return JSON.stringify([conditions, actions, waitSeconds]);
}
