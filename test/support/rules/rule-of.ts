import { ruleSchema, type Rule } from '../../../src/rules/rule.js';

/** What a test says of a rule; conditions and actions as an API client would write them. */
interface RuleParts {
  readonly name?: string;
  readonly id?: string;
  readonly enabled?: boolean;
  readonly waitSeconds?: number;
  readonly conditions: readonly Record<string, unknown>[];
  readonly actions?: readonly Record<string, unknown>[];
}

/** A valid rule that runs the profile of its name while it is active, unless the test says otherwise. */
export function ruleOf(parts: RuleParts): Rule {
  const { name = 'Alarm' } = parts;
  const actions = parts.actions ?? [{ kind: 'siren.profile', profile: name, run: 'whileActive' }];
  return ruleSchema.parse({ ...parts, name, actions });
}

/** A condition that a call is in a state. */
export function inState(state: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { kind: 'call.state', state, ...more };
}

/** A condition that a call changes its state for a reason. */
export function changing(reason: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { kind: 'call.stateChange', reason, ...more };
}

/** The action that starts or stops a profile once. */
export function profileAction(
  run: 'start' | 'stop' | 'whileActive',
  profile = 'Alarm',
): Record<string, unknown> {
  return { kind: 'siren.profile', profile, run };
}
