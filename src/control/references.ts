import type { Rule } from '../rules/rule.js';

/** The rules with an action that runs or stops the profile. */
export function rulesUsingProfile(rules: readonly Rule[], profile: string): readonly Rule[] {
  return rules.filter((rule) => rule.actions.some((action) => action.profile === profile));
}

/** The rules with a condition that asks for the account. */
export function rulesUsingAccount(rules: readonly Rule[], account: string): readonly Rule[] {
  return rules.filter((rule) => rule.conditions.some((condition) => condition.account === account));
}

/** The rules with a condition that waits for the DTMF sequence. */
export function rulesUsingSequence(rules: readonly Rule[], sequence: string): readonly Rule[] {
  return rules.filter((rule) =>
    rule.conditions.some((condition) => condition.kind === 'call.dtmf' && condition.sequence === sequence),
  );
}

/** The same rules, referring to the profile by its new name. */
export function renameProfile(rules: readonly Rule[], from: string, to: string): Rule[] {
  return rules.map((rule) => {
    if (!rule.actions.some((action) => action.profile === from)) return rule;
    return {
      ...rule,
      actions: rule.actions.map((action) => (action.profile === from ? { ...action, profile: to } : action)),
    };
  });
}
