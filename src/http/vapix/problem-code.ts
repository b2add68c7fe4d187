import { SipsirenError } from '../../base/errors.js';
import { InvalidValueError } from '../../config/invalid-value-error.js';
import { problemText } from '../../config/problem-text.js';
import type { Problem } from '../../config/problem.js';
import { VapixError, type VapixErrorCode } from './vapix-error.js';

type Fields = Readonly<Record<string, VapixErrorCode>>;

const LIGHT: Fields = {
  pattern: 2201,
  intensity: 2203,
  priority: 2205,
  'duration.unit': 2207,
  duration: 2209,
  colors: 2211,
  speed: 2215,
};

const SIREN: Fields = {
  pattern: 2200,
  intensity: 2202,
  priority: 2204,
  'duration.unit': 2206,
  duration: 2208,
};

/** The error for the first of the problems, which names them all. */
export function errorOfProblems(problems: readonly Problem[]): VapixError {
  const [first] = problems;
  if (!first) return new VapixError(2104);
  return new VapixError(codeOf(first), problems.map(problemText).join('; '));
}

/** What a command threw, in the words of this API; undefined where it is a fault of our own. */
export function errorOfCommand(error: unknown): VapixError | undefined {
  if (error instanceof VapixError) return error;
  if (error instanceof InvalidValueError) return errorOfProblems(error.problems);
  if (!(error instanceof SipsirenError)) return undefined;
  switch (error.code) {
    case 'LIMIT_REACHED':
      return new VapixError(1201, error.message);
    case 'NOT_FOUND':
    case 'CONFLICT':
      return new VapixError(1202, error.message);
    case 'INVALID_VALUE':
      return new VapixError(2104, error.message);
    default:
      return error.family === 'user' ? new VapixError(2104, error.message) : undefined;
  }
}

function codeOf({ path, message }: Problem): VapixErrorCode {
  // What stands in a list of profiles is judged like a profile alone.
  if (/^(?:port|item|steps|options)(?:[.[]|$)/.test(path)) return 2104;
  const place = path.replace(/^(?:params|profiles(?:\[\d+\])?)(?:\.|$)/, '');
  if (place === '') return /^(?:would make|has too many)/.test(message) ? 1201 : 1202;
  if (place === 'name') return message === 'is too long' ? 2213 : message === 'is missing' ? 2103 : 1202;
  if (place === 'description') return message === 'is too long' ? 2214 : 2104;
  const [of = '', ...rest] = place.split('.');
  const field = rest.join('.');
  if (of !== 'light' && of !== 'siren') return 2104;
  if (field === '') return message === 'has the wrong type' ? 2104 : 2103;
  if (field === 'pattern' && message === 'is missing') return 2103;
  if (field.startsWith('colors[')) return 2212;
  // A count that is right has a colour among it that the pattern does not take.
  if (field === 'colors' && message.includes(', not ')) return 2212;
  const fields = of === 'light' ? LIGHT : SIREN;
  return fields[field] ?? (field.startsWith('duration.') ? fields['duration'] : undefined) ?? 2104;
}
