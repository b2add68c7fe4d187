import { ruleIdOf, type Rule } from '../rule.js';
import type { LintCheck } from './finding.js';

/** Rules that do what another one does already: the same, or the same under more conditions. */
export const needless: LintCheck = (rules) => {
  const prints = rules.map((rule) => ({
    rule,
    conditions: printsOf(rule),
    actions: JSON.stringify(rule.actions),
  }));
  return prints.flatMap((one, index) =>
    prints.flatMap((other, place) => {
      if (place === index || one.actions !== other.actions || !lasts(one.rule) || !lasts(other.rule))
        return [];
      const covers = [...one.conditions].every((print) => other.conditions.has(print));
      if (!covers || (one.conditions.size === other.conditions.size && place < index)) return [];
      const isSame = one.conditions.size === other.conditions.size;
      return {
        code: isSame ? 'duplicate' : 'shadowed',
        severity: 'warning' as const,
        rules: [ruleIdOf(other.rule), ruleIdOf(one.rule)],
        text: isSame
          ? `The rules "${one.rule.name}" and "${other.rule.name}" do the same.`
          : `Whenever "${other.rule.name}" would be active, "${one.rule.name}" does the same already.`,
        advice: `Delete "${other.rule.name}", or change what it does.`,
      };
    }),
  );
};

/** Rules without a trigger and a wait can be compared by their conditions alone. */
function lasts({ conditions, waitSeconds }: Rule): boolean {
  return waitSeconds === 0 && conditions.every(({ trigger }) => !trigger);
}

function printsOf({ conditions }: Rule): ReadonlySet<string> {
  return new Set(conditions.map((condition) => JSON.stringify(condition)));
}
