import { isDigit, isSpace } from './characters.js';

const LF = 0x0a;
const COLON = 0x3a;
const NAME = Buffer.from('content-length');

/**
 * The Content-Length in the octets of a header block that ends at `end`, found without reading the other
 * headers. `undefined` when it is missing, malformed, or said twice.
 */
export function contentLengthIn(bytes: Buffer, start: number, end: number): number | undefined {
  let length: number | undefined;
  for (let feed = bytes.indexOf(LF, start); feed >= 0 && feed < end; feed = bytes.indexOf(LF, feed + 1)) {
    const value = startOfValue(bytes, feed + 1);
    if (value < 0) continue;
    if (length !== undefined) return undefined;
    length = readLength(bytes, value, end);
    if (length === undefined) return undefined;
  }
  return length;
}

/** The index behind the colon, if Content-Length or its compact form begins at `start`, else -1. */
function startOfValue(bytes: Buffer, start: number): number {
  const first = (bytes[start] ?? 0) | 0x20;
  let index = start + 1;
  if (first === 0x63) {
    while (index - start < NAME.length && ((bytes[index] ?? 0) | 0x20) === NAME[index - start]) index += 1;
    if (index - start < NAME.length) return -1;
  } else if (first !== 0x6c) {
    return -1;
  }
  while (isSpace(bytes[index] ?? 0)) index += 1;
  return bytes[index] === COLON ? index + 1 : -1;
}

/** Digits with white space, also folded, around them. */
function readLength(bytes: Buffer, start: number, end: number): number | undefined {
  let index = skipSpace(bytes, start, end);
  const first = index;
  let length = 0;
  while (index < end && isDigit(bytes[index] ?? 0)) {
    length = Math.min(length * 10 + (bytes[index] ?? 0) - 0x30, Number.MAX_SAFE_INTEGER);
    index += 1;
  }
  const valueEnd = skipSpace(bytes, index, end);
  const isWhole = valueEnd >= end || bytes[valueEnd] === 0x0d;
  return index > first && isWhole ? length : undefined;
}

/** Steps over spaces, and over line breaks that are followed by one (section 7.3.1). */
function skipSpace(bytes: Buffer, start: number, end: number): number {
  let index = start;
  while (index < end) {
    if (isSpace(bytes[index] ?? 0)) index += 1;
    else if (bytes[index] === 0x0d && bytes[index + 1] === LF && isSpace(bytes[index + 2] ?? 0)) index += 3;
    else break;
  }
  return index;
}
