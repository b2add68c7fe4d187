import { ruleIdOf, type Rule } from '../rule.js';
import type { LintCheck, LintContext } from './finding.js';

type Profile = LintContext['profiles'][number];

/** Rules that run different profiles of one priority: the newest cancels the one before. */
export const samePriority: LintCheck = (rules, { profiles }) => {
  const priorities = new Set(profiles.map(({ priority }) => priority));
  return [...priorities].flatMap((priority) => {
    const run = profiles
      .filter((profile) => profile.priority === priority)
      .map((profile) => ({ profile, rules: rules.filter((rule) => runs(rule, profile.name)) }))
      .filter((one) => one.rules.length > 0);
    const fighting = run.filter((one) =>
      run.some(
        (other) => other !== one && canMeet(one.profile, other.profile) && !isOneRule(one.rules, other.rules),
      ),
    );
    if (fighting.length < 2) return [];
    const names = fighting.map(({ profile }) => `"${profile.name}"`).join(', ');
    return {
      code: 'samePriority',
      severity: 'note' as const,
      rules: [...new Set(fighting.flatMap((one) => one.rules.map(ruleIdOf)))],
      text: `The profiles ${names} have the same priority, ${priority}: whichever starts last cancels the one before, which does not come back.`,
      advice: 'Give the more important one a higher priority; then the other waits and goes on afterwards.',
    };
  });
};

function runs({ actions }: Rule, profile: string): boolean {
  return actions.some(
    (action) => action.kind === 'siren.profile' && action.run !== 'stop' && action.profile === profile,
  );
}

function canMeet(one: Profile, other: Profile): boolean {
  return (one.hasLight && other.hasLight) || (one.hasSiren && other.hasSiren);
}

function isOneRule(some: readonly Rule[], others: readonly Rule[]): boolean {
  return new Set([...some, ...others]).size === 1;
}
