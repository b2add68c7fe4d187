import { TEXTS } from '../texts.js';
import { isOccurrences, occurrenceLines } from './occurrence-text.js';

/** What came of something that was tried, line by line: its steps and how it ended; of a list what it holds. */
export function outcomeLines(answer: unknown): readonly string[] {
  if (Array.isArray(answer)) return answer.map(lineOf);
  if (typeof answer !== 'object' || answer === null) return [];
  if (isOccurrences(answer)) return occurrenceLines(answer);
  const { ok, error, milliseconds, steps } = answer as Readonly<Record<string, unknown>>;
  const told = Array.isArray(steps) ? steps.map(lineOf) : [];
  const isTold = typeof error !== 'string' || told.some((line) => line.includes(error));
  return [
    ...told,
    ...(isTold ? [] : [error]),
    ...(ok === true ? [TEXTS.settings.works] : []),
    ...(typeof milliseconds === 'number' ? [TEXTS.settings.took(milliseconds)] : []),
  ];
}

/** Whether the device did try, and it did not work. */
export function isFailure(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === false;
}

function lineOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const { text, name } = value as { readonly text?: unknown; readonly name?: unknown };
  const words = text ?? name;
  return typeof words === 'string' ? words : JSON.stringify(value);
}
