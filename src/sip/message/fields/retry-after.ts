import { singleField, type HeaderField } from '../header-field.js';
import { Parameters } from '../parameters.js';
import type { Scanner } from '../scanner.js';
import { readNumber } from './number.js';

/** When to come back (RFC 3261 section 20.33). */
export type RetryAfter = {
  /** 0 to 2^32-1. */
  readonly seconds: number;
  /** `duration` says for how long it will then be possible. */
  readonly parameters: Parameters;
};

const OPEN = 0x28;
const CLOSE = 0x29;
const BACKSLASH = 0x5c;

/** When a request that failed may be tried again. */
export const retryAfterField: HeaderField<RetryAfter> = singleField('Retry-After', (scanner) => {
  const seconds = readNumber(scanner, 2 ** 32 - 1);
  scanner.skipSpace();
  if (scanner.peek() === OPEN) skipComment(scanner);
  return { seconds, parameters: Parameters.read(scanner) };
});

/** Comments may stand in each other (section 25.1). */
function skipComment(scanner: Scanner): void {
  let depth = 0;
  do {
    const code = scanner.peek();
    if (scanner.atEnd) scanner.fail('a comment does not end');
    if (code === OPEN) depth += 1;
    if (code === CLOSE) depth -= 1;
    scanner.position += code === BACKSLASH ? 2 : 1;
  } while (depth > 0);
}
