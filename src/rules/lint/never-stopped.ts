import { ruleIdOf, type Rule } from '../rule.js';
import type { LintCheck } from './finding.js';

/** A profile that goes on for ever is started, and no rule stops it. */
export const neverStopped: LintCheck = (rules, { profiles }) =>
  profiles
    .filter(({ name, isContinuous }) => isContinuous && !rules.some((rule) => stops(rule, name)))
    .flatMap(({ name }) => {
      const starting = rules.filter((rule) => starts(rule, name));
      if (starting.length === 0) return [];
      return {
        code: 'neverStopped',
        severity: 'warning' as const,
        rules: starting.map(ruleIdOf),
        text: `The profile "${name}" goes on until it is stopped, and no rule stops it.`,
        advice:
          'Add a rule that stops it, run it while the rule is active, or give the profile a duration. By hand it can always be stopped.',
      };
    });

function starts({ actions }: Rule, profile: string): boolean {
  return actions.some(
    (action) => action.kind === 'siren.profile' && action.run === 'start' && action.profile === profile,
  );
}

function stops({ actions }: Rule, profile: string): boolean {
  return actions.some(
    (action) =>
      (action.kind === 'siren.profile' && action.run === 'stop' && action.profile === profile) ||
      (action.kind === 'siren.stopAll' && action.function === 'both'),
  );
}
