import { singleField, type HeaderField } from '../header-field.js';
import { readNumber } from './number.js';

const MOST = 2 ** 32 - 1;

/** The number of a reliable provisional response, 1 to 2^32-1 (RFC 3262 section 7.1). */
export const rseqField: HeaderField<number> = singleField('RSeq', (scanner) => readNumber(scanner, MOST));

/** Which response a PRACK acknowledges (RFC 3262 section 7.2). */
export type ResponseAcknowledged = {
  readonly number: number;
  /** The CSeq of the request that was answered. */
  readonly sequence: number;
  readonly method: string;
};

export const rackField: HeaderField<ResponseAcknowledged> = singleField('RAck', (scanner) => {
  const number = readNumber(scanner, MOST);
  scanner.skipSpace();
  const sequence = readNumber(scanner, MOST);
  scanner.skipSpace();
  return { number, sequence, method: scanner.token('a method') };
});
