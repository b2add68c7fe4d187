import { CompiledRule } from '../compiled-rule.js';
import { ruleIdOf, type Rule } from '../rule.js';
import type { LintCheck } from './finding.js';

/** Rules that start an alarm and let a second one wait, or skip it. */
export const swallowingWait: LintCheck = (rules) =>
  rules
    .filter(({ waitSeconds }) => waitSeconds > 0)
    .flatMap((rule) => {
      if (!startsProfile(rule)) return [];
      const { mode, conditions } = new CompiledRule(rule);
      const skips = mode === 'instant' || (mode === 'edge' && conditions[0]?.stateful === false);
      const wait = `${rule.waitSeconds} s`;
      return {
        code: 'swallowingWait',
        severity: skips ? ('warning' as const) : ('note' as const),
        rules: [ruleIdOf(rule)],
        text: skips
          ? `Rule "${rule.name}" skips every event within ${wait} of the last: an alarm that comes then starts nothing.`
          : `Rule "${rule.name}" waits ${wait} after it became active: an alarm that comes sooner starts late, or not at all if it is over by then.`,
        advice:
          'For an alarm set the wait between actions to 0; a profile that runs already only starts over.',
      };
    });

function startsProfile({ actions }: Rule): boolean {
  return actions.some((action) => action.kind === 'siren.profile' && action.run !== 'stop');
}
