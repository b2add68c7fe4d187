import { isSpace } from '../characters.js';
import { singleField, type HeaderField } from '../header-field.js';
import { readNumber } from './number.js';

/** The place of a request in its dialog (RFC 3261 section 20.16). */
export type CSeq = {
  /** 0 to 2^31-1. */
  readonly sequence: number;
  readonly method: string;
};

/** The CSeq of a message. */
export const cseqField: HeaderField<CSeq> = singleField('CSeq', (scanner) => {
  const sequence = readNumber(scanner, 2 ** 31 - 1);
  if (!isSpace(scanner.peek())) scanner.fail('a space is missing behind the number');
  scanner.skipSpace();
  return { sequence, method: scanner.token('the method') };
});
