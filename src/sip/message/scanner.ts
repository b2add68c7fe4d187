import { isSpace, PARAMETER_VALUE, spanOf, TOKEN } from './characters.js';
import { endOfQuoted } from './quoted-string.js';
import { syntaxError } from './syntax-error.js';

/** Walks once over the value of one header. Every reader throws SIP_SYNTAX, naming the header, where it finds something else. */
export class Scanner {
  readonly text: string;
  readonly path: string;
  position = 0;

  constructor(text: string, path: string) {
    this.text = text;
    this.path = path;
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The code of the next character, NaN at the end. */
  peek(): number {
    return this.text.charCodeAt(this.position);
  }

  /** Steps over white space; folded lines were joined before. */
  skipSpace(): void {
    while (isSpace(this.text.charCodeAt(this.position))) this.position += 1;
  }

  /** Steps over `code` and the white space around it (SEMI, EQUAL, SLASH … of section 25.1), if it stands here. */
  separator(code: number): boolean {
    const start = this.position;
    this.skipSpace();
    if (this.peek() !== code) {
      this.position = start;
      return false;
    }
    this.position += 1;
    this.skipSpace();
    return true;
  }

  /** Like `separator`, but it must be there. */
  expect(code: number): void {
    if (!this.separator(code)) this.fail(`"${String.fromCharCode(code)}" is missing`);
  }

  token(what: string): string {
    return this.run(TOKEN, what);
  }

  /** The characters of a class that stand here; at least one. */
  run(classes: number, what: string): string {
    const start = this.position;
    const end = spanOf(this.text, start, this.text.length, classes);
    if (end === start) this.fail(`${what} is missing`);
    this.position = end;
    return this.text.slice(start, end);
  }

  /** A parameter's value as it is written: a quoted string with its quotes, or a run of characters. */
  parameterValue(): string {
    return this.peek() === 0x22 ? this.quoted() : this.run(PARAMETER_VALUE, 'the value of a parameter');
  }

  /** A quoted string, quotes included. */
  quoted(): string {
    const start = this.position;
    const end = endOfQuoted(this.text, start);
    if (end < 0) this.fail('a quoted string does not end');
    this.position = end;
    return this.text.slice(start, end);
  }

  /** White space may follow, nothing else. */
  finish(): void {
    this.skipSpace();
    if (!this.atEnd) this.fail(`unexpected text at character ${this.position + 1}`);
  }

  fail(message: string): never {
    throw syntaxError(this.path, message);
  }
}
