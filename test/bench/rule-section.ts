import type { RuleFigures } from './rules.js';

/** The section of docs/benchmarks.md about rules. */
export function ruleSection(
  { costs, kilobytesPerRule, besideHanging }: RuleFigures,
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
    `A rule takes ${kilobytesPerRule.toFixed(1)} KB. With 256 rules, three of which tell a web server that takes the connection and`,
    `never answers, ${count(rounded(besideHanging.eventsPerSecond))} events a second pass: decided, and each of their ${count(rounded(besideHanging.notificationsPerSecond))} notifications a`,
    'second on the disk, where the oldest make room for the newest.',
  ];
}

function rounded(rate: number): number {
  return Math.round(rate / 1_000) * 1_000;
}
