import type { SipsirenError } from '../../base/errors.js';
import { isDigit, isOf, isSpace, TOKEN } from './characters.js';
import { HeaderList } from './header-list.js';
import { knownHeaderAt, nextHash, type KnownHeader } from './header-name.js';
import { syntaxError } from './syntax-error.js';

const COLON = 0x3a;

/** Above this a Content-Length is no length of anything that we take. */
const MOST_CONTENT = 2 ** 31 - 1;

/**
 * The header block of a message, split into lines. It is read to its end even when something is wrong in it,
 * so that a 400 can carry what the request says; `fault` is the first thing that is wrong.
 */
export class Head {
  readonly headers = new HeaderList();
  fault: SipsirenError | undefined;
  /** In octets; `undefined` when the header is missing or malformed. */
  contentLength: number | undefined;
  readonly #text: string;
  #seen = 0;

  /** `text` holds whole lines with their CRLF; the header lines begin at `start`. */
  constructor(text: string, start: number) {
    this.#text = text;
    let position = start;
    while (position < text.length) position = this.#readLine(position);
  }

  /** Whether a header is there, by its bit (see `bitOf`). */
  has(bit: number): boolean {
    return (this.#seen & bit) !== 0;
  }

  /** Takes one header line, with what is folded behind it, and gives the index of the next one. */
  #readLine(start: number): number {
    const text = this.#text;
    let position = start;
    let hash = 0;
    let code = text.charCodeAt(position);
    while (isOf(code, TOKEN)) {
      hash = nextHash(hash, code);
      position += 1;
      code = text.charCodeAt(position);
    }
    const nameEnd = position;
    while (isSpace(code)) {
      position += 1;
      code = text.charCodeAt(position);
    }
    if (nameEnd === start || code !== COLON) {
      this.#blame('header', 'a line is no header');
      return this.#endOfFolded(this.#endOfLine(position)) + 2;
    }
    do position += 1;
    while (isSpace(text.charCodeAt(position)));
    const firstEnd = this.#endOfLine(position);
    const end = this.#endOfFolded(firstEnd);
    if (end < text.length) {
      const value = end === firstEnd ? trimmed(text, position, end) : unfolded(text, position, end);
      this.#take(knownHeaderAt(text, start, nameEnd, hash), text, start, nameEnd, value);
    }
    return end + 2;
  }

  #take(known: KnownHeader | undefined, text: string, start: number, end: number, value: string): void {
    if (known === undefined) {
      this.headers.appendReceived(text.slice(start, end), value);
      return;
    }
    if (known.isOnce && this.has(known.bit)) this.#blame(known.name, 'the header stands there twice');
    this.#seen |= known.bit;
    if (known.name === 'Content-Length') this.#readContentLength(value);
    else this.headers.appendReceived(known.name, value);
  }

  #readContentLength(value: string): void {
    let length = 0;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (!isDigit(code)) length = Number.NaN;
      else if (length <= MOST_CONTENT) length = length * 10 + code - 0x30;
    }
    if (value.length > 0 && length <= MOST_CONTENT) this.contentLength = length;
    else this.#blame('Content-Length', 'this is no length');
  }

  /**
   * The index of the line's CR. A CR or LF on its own is refused, because others might take it for the end of a
   * header; nothing behind it is read, so the end of the text is given.
   */
  #endOfLine(start: number): number {
    const text = this.#text;
    const end = text.indexOf('\r', start);
    const lineFeed = text.indexOf('\n', start);
    if (end >= 0 && lineFeed === end + 1) return end;
    this.#blame('header', 'a line break is not CR LF');
    return text.length;
  }

  /** A line that begins with white space goes on with the one before it (section 7.3.1). */
  #endOfFolded(firstEnd: number): number {
    let end = firstEnd;
    while (isSpace(this.#text.charCodeAt(end + 2))) end = this.#endOfLine(end + 2);
    return end;
  }

  #blame(path: string, message: string): void {
    this.fault ??= syntaxError(path, message);
  }
}

/** The text between the indices without the white space at its end. */
function trimmed(text: string, start: number, end: number): string {
  let last = end;
  while (last > start && isSpace(text.charCodeAt(last - 1))) last -= 1;
  return text.slice(start, last);
}

/** The text of several lines as one, each fold a space (section 7.3.1). */
function unfolded(text: string, start: number, end: number): string {
  const lines = text.slice(start, end).split('\r\n');
  const pieces = lines.map((line, index) => trimmed(line, index === 0 ? 0 : spanOfSpace(line), line.length));
  return pieces.filter((piece) => piece !== '').join(' ');
}

function spanOfSpace(line: string): number {
  let index = 0;
  while (isSpace(line.charCodeAt(index))) index += 1;
  return index;
}
