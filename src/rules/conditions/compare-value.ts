import type { Comparison } from './condition-kind.js';

/** How a value of an event compares with the wanted one; nothing where none is asked for. */
export function compareValue(field: string, expected: string | undefined, actual: string): Comparison[] {
  if (expected === undefined || expected === '') return [];
  return [{ field, expected, actual, fits: expected === actual }];
}
