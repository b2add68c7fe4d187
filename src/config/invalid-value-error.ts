import { SipsirenError } from '../base/errors.js';
import { problemText } from './problem-text.js';
import type { Problem } from './problem.js';

/** A value was refused; every problem it has is listed, not only the first. Code INVALID_VALUE. */
export class InvalidValueError extends SipsirenError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const [first] = problems;
    super('INVALID_VALUE', problems.map(problemText).join('; '), {
      ...(first && { path: first.path }),
      ...(first?.accepted !== undefined && { accepted: first.accepted }),
    });
    this.name = 'InvalidValueError';
    this.problems = problems;
  }
}
