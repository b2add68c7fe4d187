import { singleField, type HeaderField } from '../header-field.js';
import { endOfDigits } from '../host.js';
import type { Scanner } from '../scanner.js';

/** Reads digits as a whole number up to `most`. */
export function readNumber(scanner: Scanner, most: number): number {
  const { text, position } = scanner;
  const end = endOfDigits(text, position);
  if (end === position) scanner.fail('a number is missing');
  let value = 0;
  for (let index = position; index < end; index += 1) {
    value = value * 10 + text.charCodeAt(index) - 0x30;
    if (value > most) scanner.fail(`the number is larger than ${most}`);
  }
  scanner.position = end;
  return value;
}

/** How often a request may still be forwarded, 0 to 255 (section 20.22). */
export const maxForwardsField: HeaderField<number> = singleField('Max-Forwards', (scanner) =>
  readNumber(scanner, 255),
);

const MOST_SECONDS = 2 ** 32 - 1;

/** Seconds until something ends, 0 to 2^32-1 (section 20.19). */
export const expiresField: HeaderField<number> = singleField('Expires', (scanner) =>
  readNumber(scanner, MOST_SECONDS),
);

/** The shortest time in seconds that a registrar takes (section 20.23). */
export const minExpiresField: HeaderField<number> = singleField('Min-Expires', (scanner) =>
  readNumber(scanner, MOST_SECONDS),
);
