import { types } from 'node:util';
import { ERROR_TABLE, type ErrorCode, type ErrorFamily } from './error-table.js';

export interface ErrorDetails {
  /** What led to this error. */
  readonly cause?: unknown;
  /** Where in the input it is: `profiles[2].priority`, `From`, a file's path. */
  readonly path?: string;
  /** What would have been accepted, for a person: `a whole number from 1 to 10`. */
  readonly accepted?: string;
}

/**
 * The root of every error that sipsiren throws. The code is stable and stands in ERROR_TABLE; the message
 * says to a person what is wrong, where, and what to do.
 */
export class SipsirenError extends Error {
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly accepted: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SipsirenError';
    this.code = code;
    this.path = details.path;
    this.accepted = details.accepted;
  }

  get family(): ErrorFamily {
    return ERROR_TABLE[this.code].family;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return types.isNativeError(thrown) ? thrown.message : String(thrown);
}

/** The code that the operating system's errors carry: `ENOENT`, `EADDRINUSE`. */
export function systemCodeOf(thrown: unknown): string | undefined {
  return types.isNativeError(thrown) && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined;
}
