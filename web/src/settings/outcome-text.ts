/** What a test found out, line by line: its steps where it tells steps, else its fields. */
export function outcomeLines(answer: unknown): readonly string[] {
  if (answer === undefined || answer === null) return [];
  if (typeof answer !== 'object') return [lineOf(answer)];
  const steps = Object.values(answer).find((value): value is unknown[] => Array.isArray(value));
  const rest = Object.entries(answer)
    .filter(([, value]) => value !== steps && value !== null && typeof value !== 'object')
    .map(([name, value]) => `${name}: ${lineOf(value)}`);
  return [...(steps ?? []).map(lineOf), ...rest];
}

function lineOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'text' in value) return lineOf(value.text);
  return JSON.stringify(value);
}
