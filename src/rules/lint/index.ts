import type { Rule } from '../rule.js';
import { circles } from './circles.js';
import type { Finding, LintCheck, LintContext, Severity } from './finding.js';
import { needless } from './needless.js';
import { neverHolds } from './never-holds.js';
import { neverStopped } from './never-stopped.js';
import { samePriority } from './same-priority.js';
import { swallowingWait } from './swallowing-wait.js';

const CHECKS: readonly LintCheck[] = [
  missing,
  neverHolds,
  neverStopped,
  swallowingWait,
  circles,
  needless,
  samePriority,
];

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

/** Rules are compared with each other, which takes long for more. */
const MOST_RULES = 1_000;

/** More nobody reads; mending some shows the others. */
const MOST_FINDINGS = 500;

/** What a person should look at, worst first. Rules that are turned off are left out. */
export function lintRules(rules: readonly Rule[], context: LintContext): readonly Finding[] {
  const enabled = rules.filter((rule) => rule.enabled);
  const looked = enabled.slice(0, MOST_RULES);
  const findings = CHECKS.flatMap((check) => check(looked, context));
  findings.sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
  return findings.slice(0, MOST_FINDINGS);
}

function missing(_rules: readonly Rule[], context: LintContext): readonly Finding[] {
  return context.missing.map(({ rule, what }) => ({
    code: 'missing',
    severity: 'error',
    rules: [rule],
    text: what,
    advice: 'Add what is missing, or change the rule.',
  }));
}
