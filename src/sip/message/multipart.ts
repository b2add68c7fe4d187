import { Head } from './head.js';
import { HeaderList } from './header-list.js';
import { syntaxError } from './syntax-error.js';
import { decode, encode } from './wire-text.js';

/** One part of a multipart body (RFC 2046 section 5.1). */
export type Part = {
  readonly headers: HeaderList;
  readonly body: Buffer;
};

const LINE_BREAK = Buffer.from('\r\n');
const END_OF_HEAD = Buffer.from('\r\n\r\n');
/** RFC 2046 section 5.1.1; without it a long one could make the search slow. */
const LONGEST_BOUNDARY = 70;
const DASH = 0x2d;

/**
 * Cuts a multipart body into its parts, each octet as it is. Preamble and epilogue are left out.
 * Errors: SIP_SYNTAX where a boundary is missing or the headers of a part are malformed.
 */
export function parseMultipart(body: Buffer, boundary: string): readonly Part[] {
  if (boundary.length === 0 || boundary.length > LONGEST_BOUNDARY) {
    throw syntaxError('Content-Type', `a multipart boundary has 1 to ${LONGEST_BOUNDARY} characters`);
  }
  const delimiter = encode(`--${boundary}`);
  const parts: Part[] = [];
  let found = findDelimiter(body, delimiter, 0);
  if (found === undefined) throw syntaxError('body', 'the multipart boundary is not in it');
  while (!found.isLast) {
    const next = findDelimiter(body, delimiter, found.end);
    if (next === undefined) throw syntaxError('body', 'the last multipart boundary is missing');
    parts.push(readPart(body.subarray(found.end, next.start)));
    found = next;
  }
  return parts;
}

/** Writes parts as one body. The boundary must not occur in them. */
export function formatMultipart(parts: readonly Part[], boundary: string): Buffer {
  const pieces: Buffer[] = [];
  for (const part of parts) {
    pieces.push(encode(`--${boundary}\r\n${part.headers.format()}\r\n`), part.body, LINE_BREAK);
  }
  return Buffer.concat([...pieces, encode(`--${boundary}--\r\n`)]);
}

type Delimiter = {
  /** Where the part before it ends. */
  readonly start: number;
  /** Where the part behind it begins. */
  readonly end: number;
  /** Whether no part follows. */
  readonly isLast: boolean;
};

/** The next line from `from` on that is the delimiter, with white space behind it or with `--`. */
function findDelimiter(body: Buffer, delimiter: Buffer, from: number): Delimiter | undefined {
  let index = body.indexOf(delimiter, from);
  while (index >= 0) {
    // The line break before a delimiter belongs to it, not to the part; the first may stand at the very beginning.
    const isLineStart = index === 0 || body[index - 1] === 0x0a;
    const behind = index + delimiter.length;
    const isLast = body[behind] === DASH && body[behind + 1] === DASH;
    const lineEnd = endOfPadding(body, isLast ? behind + 2 : behind);
    if (isLineStart && lineEnd >= 0) {
      return { start: Math.max(from, index - (body[index - 2] === 0x0d ? 2 : 1)), end: lineEnd, isLast };
    }
    index = body.indexOf(delimiter, index + 1);
  }
  return undefined;
}

/** The index behind spaces and the line break that end a delimiter's line; -1 where something else stands there. */
function endOfPadding(body: Buffer, start: number): number {
  let index = start;
  while (body[index] === 0x20 || body[index] === 0x09) index += 1;
  if (index >= body.length) return index;
  if (body[index] === 0x0d && body[index + 1] === 0x0a) return index + 2;
  return body[index] === 0x0a ? index + 1 : -1;
}

function readPart(bytes: Buffer): Part {
  // A part may have no headers at all; then it begins with the empty line.
  if (bytes[0] === 0x0d && bytes[1] === 0x0a) return { headers: new HeaderList(), body: bytes.subarray(2) };
  const headEnd = bytes.indexOf(END_OF_HEAD);
  const headBytes = headEnd < 0 ? Buffer.concat([bytes, LINE_BREAK]) : bytes.subarray(0, headEnd + 2);
  const head = new Head(decode(headBytes), 0);
  if (head.fault !== undefined) throw head.fault;
  return {
    headers: head.headers,
    body: headEnd < 0 ? bytes.subarray(bytes.length) : bytes.subarray(headEnd + 4),
  };
}
