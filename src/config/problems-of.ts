import type { ZodError, ZodType, core } from 'zod';
import { acceptedAt, partAt } from './accepted-at.js';
import type { Problem } from './problem.js';

type Issue = core.$ZodIssue;

const WRONG_TYPE = 'has the wrong type';
const WRONG_FORM = 'has the wrong form';

/** How deep unions within unions are followed when looking for the alternative that was meant. */
const DEEPEST_UNION = 5;

/** What was refused: by which schema, which value, and where that stands in what the user knows. */
interface Refusal {
  readonly schema: ZodType;
  readonly value: unknown;
  readonly prefix?: string;
}

/**
 * What a schema found wrong, in plain words: where, what, and what is accepted. A rule of a schema that knows
 * its own range puts it into the issue's `params.accepted`.
 */
export function problemsOf(error: ZodError, refusal: Refusal): Problem[] {
  const problems = error.issues.flatMap((issue) => problemsOfIssue(issue, [], refusal, 0));
  const mistyped = new Set(problems.filter(({ message }) => message === WRONG_TYPE).map(({ path }) => path));
  return problems.filter(({ path, message }, index) => {
    // How long a list is says nothing where a text is wanted, and what is empty has no form.
    if (message === WRONG_FORM) return problems.findIndex((one) => one.path === path) === index;
    return message === WRONG_TYPE || !mistyped.has(path);
  });
}

function problemsOfIssue(
  issue: Issue,
  parents: readonly PropertyKey[],
  refusal: Refusal,
  depth: number,
): Problem[] {
  const path = [...parents, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathText([...path, key], refusal.prefix),
      message: 'is no field that exists',
    }));
  }
  if (issue.code === 'invalid_union' && depth < DEEPEST_UNION) {
    const meant = meantAlternative(issue.errors);
    if (meant) return meant.flatMap((inner) => problemsOfIssue(inner, path, refusal, depth + 1));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map((inner) =>
      problemAt(path, refusal, { message: messageFor(inner), accepted: acceptedBy(inner) }),
    );
  }
  const accepted =
    acceptedBy(issue) ??
    (issue.code === 'custom' ? undefined : acceptedAt(refusal.schema, path, refusal.value));
  const message = isMissing(issue, path, refusal.value) ? 'is missing' : messageFor(issue);
  return [problemAt(path, refusal, { message, accepted })];
}

function problemAt(
  path: readonly PropertyKey[],
  { prefix }: Refusal,
  { message, accepted }: { readonly message: string; readonly accepted: string | undefined },
): Problem {
  return { path: pathText(path, prefix), message, ...(accepted !== undefined && { accepted }) };
}

/** The alternative whose shape fits and whose content does not; none where the value fits no alternative at all. */
function meantAlternative(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = alternatives.filter((issues) =>
    issues.every(
      (issue) => issue.path.length > 0 || (issue.code !== 'invalid_type' && issue.code !== 'invalid_value'),
    ),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Whether a pattern of a schema says in words what it accepts. */
function isInOwnWords(issue: Issue): boolean {
  return issue.code === 'invalid_format' && !issue.message.startsWith('Invalid ');
}

function acceptedBy(issue: Issue): string | undefined {
  if (issue.code === 'custom') {
    const accepted: unknown = issue.params?.['accepted'];
    return typeof accepted === 'string' ? accepted : undefined;
  }
  if (isInOwnWords(issue)) return issue.message;
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return `one of ${issue.options.map(String).join(', ')}`;
  }
  return undefined;
}

/** A choice that was not made is missing too, not a wrong one. */
function isMissing(issue: Issue, path: readonly PropertyKey[], value: unknown): boolean {
  if (issue.code !== 'invalid_type' && issue.code !== 'invalid_value' && issue.code !== 'invalid_union') {
    return false;
  }
  return path.reduce<unknown>((part, key) => partAt(part, key), value) === undefined;
}

function messageFor(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return WRONG_TYPE;
    case 'too_big':
      return sizeMessage(issue.origin, 'long', 'large');
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1
        ? 'is empty'
        : sizeMessage(issue.origin, 'short', 'small');
    case 'not_multiple_of':
      return 'is not a multiple of the step';
    case 'invalid_format':
      return isInOwnWords(issue) ? WRONG_FORM : `is not a valid ${issue.format}`;
    case 'invalid_value':
    case 'invalid_union':
      return 'is not one of the accepted values';
    case 'invalid_key':
    case 'invalid_element':
      return 'has an entry that is not accepted';
    case 'unrecognized_keys':
      return 'has unknown fields';
    case 'custom':
      return issue.message;
  }
}

function sizeMessage(origin: string, ofText: string, ofNumber: string): string {
  if (origin === 'string') return `is too ${ofText}`;
  if (origin === 'array' || origin === 'set')
    return ofNumber === 'large' ? 'has too many entries' : 'has too few entries';
  return `is too ${ofNumber}`;
}

function pathText(path: readonly PropertyKey[], prefix = ''): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, prefix);
}
