import { SipsirenError } from '../base/errors.js';
import type { Problem } from './problem.js';

/** A value was refused; every problem it has is listed, not only the first. Code INVALID_VALUE. */
export class InvalidValueError extends SipsirenError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const [first] = problems;
    super('INVALID_VALUE', problems.map(describe).join('; '), {
      ...(first && { path: first.path }),
      ...(first?.accepted !== undefined && { accepted: first.accepted }),
    });
    this.name = 'InvalidValueError';
    this.problems = problems;
  }
}

function describe(problem: Problem): string {
  const where = problem.path === '' ? '' : `${problem.path}: `;
  const accepted = problem.accepted === undefined ? '' : ` (accepted: ${problem.accepted})`;
  return where + problem.message + accepted;
}
