import { isAscii, isUtf8 } from 'node:buffer';

/** Where octets that are no UTF-8 go: each to a lone surrogate, which no text that is well-formed holds. */
const ESCAPE_BASE = 0xdc00;

/**
 * The text of the bytes between two indices. Octets that are no UTF-8 become lone surrogates, so that `encode`
 * gives them back.
 */
export function decode(bytes: Buffer, start = 0, end = bytes.length): string {
  // Most messages are ASCII as a whole, and are looked at and copied without a view of a part being made.
  if (isAscii(bytes)) return bytes.toString('latin1', start, end);
  const part = bytes.subarray(start, end);
  return isUtf8(part) ? part.toString('utf8') : decodeBroken(part);
}

/** The bytes of some text: UTF-8, and the octets that `decode` could not read. */
export function encode(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  // Equal lengths mean ASCII, where nothing can be hidden.
  return bytes.length === text.length || !holdsOctets(text) ? bytes : encodeBroken(text);
}

function decodeBroken(bytes: Buffer): string {
  const parts: string[] = [];
  let start = 0;
  while (start < bytes.length) {
    const length = sequenceLength(bytes[start] ?? 0);
    const end = Math.min(start + Math.max(length, 1), bytes.length);
    const piece = bytes.subarray(start, end);
    if (length > 0 && isUtf8(piece)) {
      parts.push(piece.toString('utf8'));
      start = end;
    } else {
      parts.push(String.fromCharCode(ESCAPE_BASE + (bytes[start] ?? 0)));
      start += 1;
    }
  }
  return parts.join('');
}

/** How many octets a UTF-8 sequence has that begins with this one; 0 where none begins (RFC 3629 section 3). */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

function isHiddenOctet(code: number): boolean {
  return code >= ESCAPE_BASE + 0x80 && code <= ESCAPE_BASE + 0xff;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function holdsOctets(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isHighSurrogate(code)) index += 1;
    else if (isHiddenOctet(code)) return true;
  }
  return false;
}

function encodeBroken(text: string): Buffer {
  const parts: Buffer[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isHighSurrogate(code)) {
      index += 1;
    } else if (isHiddenOctet(code)) {
      parts.push(Buffer.from(text.slice(start, index), 'utf8'), Buffer.of(code - ESCAPE_BASE));
      start = index + 1;
    }
  }
  parts.push(Buffer.from(text.slice(start), 'utf8'));
  return Buffer.concat(parts);
}
