import { ERROR_TABLE, type ErrorCode } from '../base/error-table.js';
import { SipsirenError } from '../base/errors.js';
import { InvalidValueError } from '../config/invalid-value-error.js';
import { problemText } from '../config/problem-text.js';
import type { Problem } from '../config/problem.js';

/** The body of every error (RFC 9457), `application/problem+json`. */
export type ProblemDocument = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable; docs/errors.md lists them. */
  readonly code: ErrorCode;
  /** One entry per field that is wrong. */
  readonly errors?: readonly Problem[];
};

/**
 * What an error says to a client. `bodyField` is the field of the command's input that the body became, which
 * the client has never heard of.
 */
export function problemDocument(error: unknown, bodyField?: string): ProblemDocument {
  const known = asSipsirenError(error);
  const { text, status } = ERROR_TABLE[known.code];
  const errors = problemsIn(known, bodyField).map((problem) => ({
    ...problem,
    path: withoutPrefix(problem.path, bodyField),
  }));
  return {
    type: `urn:sipsiren:error:${known.code}`,
    title: text,
    status,
    detail:
      errors.length > 0 && known instanceof InvalidValueError ? errors.map(lineOf).join('; ') : known.message,
    code: known.code,
    ...(errors.length > 0 && { errors }),
  };
}

function asSipsirenError(error: unknown): SipsirenError {
  if (error instanceof SipsirenError) return error;
  const status = statusOf(error);
  if (status === 413)
    return new SipsirenError('BODY_TOO_LARGE', `The body is larger than ${limitOf(error)}.`);
  if (status === 415)
    return new SipsirenError(
      'UNSUPPORTED_MEDIA_TYPE',
      'The encoding of the body is not supported; send UTF-8.',
    );
  if (error instanceof SyntaxError)
    return new SipsirenError('INVALID_JSON', `The body is not JSON: ${error.message}.`);
  if (status !== undefined && status < 500) {
    return new SipsirenError('MALFORMED_REQUEST', 'The address or the body of the request is malformed.');
  }
  return new SipsirenError('INTERNAL', 'Something in sipsiren went wrong; its log says more.', {
    cause: error,
  });
}

/** The body parser and the router of express mark the client's faults with a status. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}

/** The body parser says which limit was passed. */
function limitOf(error: unknown): string {
  const isTold = typeof error === 'object' && error !== null && 'limit' in error;
  return isTold && typeof error.limit === 'number' ? `${error.limit / 1_048_576} MiB` : 'the device takes';
}

function problemsIn(error: SipsirenError, bodyField: string | undefined): readonly Problem[] {
  if (error instanceof InvalidValueError) return error.problems;
  if (error.path === undefined) return [];
  // Where the world failed the path may be a file's; only what lies in the body concerns the client.
  if (error.family === 'world' && !error.path.startsWith(`${bodyField}.`)) return [];
  return [
    {
      path: error.path,
      message: error.message,
      ...(error.accepted !== undefined && { accepted: error.accepted }),
    },
  ];
}

function withoutPrefix(path: string, prefix: string | undefined): string {
  if (prefix === undefined || !path.startsWith(prefix)) return path;
  const rest = path.slice(prefix.length);
  // `profiles[2]` is no part of the field `profile`.
  if (rest !== '' && !/^[.[]/.test(rest)) return path;
  return rest.startsWith('.') ? rest.slice(1) : rest;
}

function lineOf(problem: Problem): string {
  return problemText({ ...problem, path: problem.path === '' ? 'the value' : problem.path });
}
