import type { Problem } from './problem.js';

/** A problem in one line, for a person: `sip.port: is too small (accepted: a whole number from 1024 to 65535)`. */
export function problemText({ path, message, accepted }: Problem): string {
  const where = path === '' ? '' : `${path}: `;
  return where + message + (accepted === undefined ? '' : ` (accepted: ${accepted})`);
}
