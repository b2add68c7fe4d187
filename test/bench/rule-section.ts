import type { RuleFigures } from './rules.js';

/** The section of docs/benchmarks.md about rules. */
export function ruleSection(
  { costs, kilobytesPerRule, eventsPerSecondBesideHanging }: RuleFigures,
  {
    table,
    count,
  }: {
    readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => readonly string[];
    readonly count: (value: number) => string;
  },
): readonly string[] {
  const [first] = costs;
  return [
    'From the bus to the intents of the three rules that match, which are the same however many there are. The median of',
    '150 stretches of 500 events, taken in turn; the mean is CPU time with every garbage collection that fell into them.',
    '',
    ...table(
      ['an event', 'median', 'to the smallest', 'mean CPU'],
      costs.map(({ rules, microseconds, meanMicroseconds }) => [
        `with ${count(rules)} rules`,
        `${microseconds.toFixed(2)} µs`,
        `${(microseconds / (first?.microseconds ?? NaN)).toFixed(2)} ×`,
        `${meanMicroseconds.toFixed(2)} µs`,
      ]),
    ),
    '',
    `A rule takes ${kilobytesPerRule.toFixed(1)} KB. With 256 rules, while a recipient of three of them never answers,`,
    `${count(Math.round(eventsPerSecondBesideHanging / 1_000) * 1_000)} events a second are decided.`,
  ];
}
