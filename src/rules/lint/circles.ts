import { ruleIdOf } from '../rule.js';
import { circlesIn } from '../rule-graph.js';
import type { LintCheck } from './finding.js';

/** Rules that move each other in a circle. */
export const circles: LintCheck = (rules, { comesBack }) =>
  circlesIn(rules, comesBack).map((circle) => {
    const names = circle.map(({ name }) => `"${name}"`);
    return {
      code: 'circle',
      severity: 'warning' as const,
      rules: circle.map(ruleIdOf),
      text:
        circle.length === 1
          ? `What the rule ${names[0]} does can move it again.`
          : `What one of the rules ${names.join(', ')} does can move the next, and the last one the first.`,
      advice:
        'Where that is not meant, add a condition that ends it. Without end it is stopped by the device, which reports it.',
    };
  });
