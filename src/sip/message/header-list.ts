import type { HeaderField } from './header-field.js';
import { canonicalName, isSameHeader } from './header-name.js';
import { refuseLineBreak } from './line-break.js';
import { endOfQuoted } from './quoted-string.js';

const NO_LINES: readonly never[] = [];

/** A header line: its name and its value as text. */
export type HeaderLine = readonly [name: string, value: string];

/**
 * The headers of a message, in their order. Names are found in any case and in compact form, and written in
 * canonical spelling. Values are text until somebody reads them as a field; what was read is kept until the
 * header changes.
 */
export class HeaderList {
  readonly #names: string[];
  readonly #values: string[];
  readonly #readFields: HeaderField<unknown>[] = [];
  readonly #readValues: unknown[] = [];

  /** Errors: INVALID_VALUE for a value with a line break in it. */
  constructor(lines: Iterable<HeaderLine> = []) {
    this.#names = [];
    this.#values = [];
    for (const [name, value] of lines) this.append(name, value);
  }

  get size(): number {
    return this.#names.length;
  }

  has(name: string): boolean {
    return this.#indexOf(canonicalName(name), 0) >= 0;
  }

  /** The value of the first line of that name, as it is written. */
  first(name: string): string | undefined {
    const index = this.#indexOf(canonicalName(name), 0);
    return index < 0 ? undefined : this.#values[index];
  }

  /** The values of all lines of that name, one per line. */
  all(name: string): readonly string[] {
    return this.#linesOf(canonicalName(name));
  }

  /** The values of all lines of that name, split at commas outside of quotes and angle brackets. */
  values(name: string): readonly string[] {
    return this.all(name).flatMap(splitAtCommas);
  }

  /** Reads a header as a typed value, once. Errors: SIP_SYNTAX with the header's name as its path. */
  read<Value>(field: HeaderField<Value>): Value | undefined {
    for (let index = 0; index < this.#readFields.length; index += 1) {
      if (this.#readFields[index] === field) return this.#readValues[index] as Value;
    }
    const lines = this.#linesOf(field.name);
    if (lines.length === 0) return undefined;
    const value = field.parse(lines);
    this.#readFields.push(field);
    this.#readValues.push(value);
    return value;
  }

  /** Adds a line at the end. Errors: INVALID_VALUE for a line break. */
  append(name: string, value: string): void {
    refuseLineBreak(name, value);
    this.appendReceived(canonicalName(name), value);
    this.#forget(name);
  }

  /** Adds a line that came from the wire: its name is canonical, its value holds no line break. */
  appendReceived(name: string, value: string): void {
    this.#names.push(name);
    this.#values.push(value);
  }

  /** Adds a line before all others, which is where a Via goes. Errors: INVALID_VALUE for a line break. */
  prepend(name: string, value: string): void {
    refuseLineBreak(name, value);
    this.#names.unshift(canonicalName(name));
    this.#values.unshift(value);
    this.#forget(name);
  }

  /** Puts one line in the place of all of that name, or at the end. Errors: INVALID_VALUE for a line break. */
  set(name: string, value: string): void {
    const index = this.#indexOf(canonicalName(name), 0);
    if (index < 0) {
      this.append(name, value);
      return;
    }
    refuseLineBreak(name, value);
    this.#deleteFrom(name, index + 1);
    this.#values[index] = value;
  }

  /** Changes only the first line of that name, or puts it before all others. Errors: INVALID_VALUE for a line break. */
  setFirst(name: string, value: string): void {
    const index = this.#indexOf(canonicalName(name), 0);
    if (index < 0) {
      this.prepend(name, value);
      return;
    }
    refuseLineBreak(name, value);
    this.#values[index] = value;
    this.#forget(name);
  }

  /** Keeps a value as that of a field, where whoever wrote the header's lines has it already. */
  remember<Value>(field: HeaderField<Value>, value: Value): void {
    this.#forget(field.name);
    this.#readFields.push(field);
    this.#readValues.push(value);
  }

  /** Takes all lines of that name away. */
  delete(name: string): void {
    this.#deleteFrom(name, 0);
  }

  /** The lines in their order, names in canonical spelling. */
  *entries(): IterableIterator<HeaderLine> {
    for (let index = 0; index < this.#names.length; index += 1) {
      yield [this.#names[index] ?? '', this.#values[index] ?? ''];
    }
  }

  /** Calls `visit` for each line: what `entries` gives, without an object per line. */
  forEach(visit: (name: string, value: string) => void): void {
    for (let index = 0; index < this.#names.length; index += 1) {
      visit(this.#names[index] ?? '', this.#values[index] ?? '');
    }
  }

  /** Adds every line of that name of another list, as it is written there. */
  copyFrom(other: HeaderList, name: string): void {
    const canonical = canonicalName(name);
    for (let index = other.#indexOf(canonical, 0); index >= 0; index = other.#indexOf(canonical, index + 1)) {
      this.appendReceived(canonical, other.#values[index] ?? '');
    }
    this.#forget(name);
  }

  /** A list of the same lines that can be changed without changing this one. */
  copy(): HeaderList {
    const copy = new HeaderList();
    this.forEach((name, value) => copy.appendReceived(name, value));
    return copy;
  }

  /** The lines as they go over the wire, each with its line break. Content-Length is left to the serialiser. */
  format(): string {
    let text = '';
    for (let index = 0; index < this.#names.length; index += 1) {
      const name = this.#names[index] ?? '';
      if (name !== 'Content-Length') text += `${name}: ${this.#values[index] ?? ''}\r\n`;
    }
    return text;
  }

  #indexOf(canonical: string, from: number): number {
    const names = this.#names;
    for (let index = from; index < names.length; index += 1) {
      const name = names[index] ?? '';
      if (name === canonical || isSameHeader(name, canonical)) return index;
    }
    return -1;
  }

  #linesOf(canonical: string): readonly string[] {
    let index = this.#indexOf(canonical, 0);
    if (index < 0) return NO_LINES;
    const lines: string[] = [];
    for (; index >= 0; index = this.#indexOf(canonical, index + 1)) {
      lines.push(this.#values[index] ?? '');
    }
    return lines;
  }

  #deleteFrom(name: string, from: number): void {
    const canonical = canonicalName(name);
    let kept = from;
    for (let index = from; index < this.#names.length; index += 1) {
      if (isSameHeader(this.#names[index] ?? '', canonical)) continue;
      this.#names[kept] = this.#names[index] ?? '';
      this.#values[kept] = this.#values[index] ?? '';
      kept += 1;
    }
    this.#names.length = kept;
    this.#values.length = kept;
    this.#forget(name);
  }

  #forget(name: string): void {
    if (this.#readFields.length === 0) return;
    const canonical = canonicalName(name);
    for (let index = this.#readFields.length - 1; index >= 0; index -= 1) {
      if (this.#readFields[index]?.name !== canonical) continue;
      this.#readFields.splice(index, 1);
      this.#readValues.splice(index, 1);
    }
  }
}

function splitAtCommas(line: string): string[] {
  if (!line.includes(',')) return [line.trim()];
  const parts: string[] = [];
  let start = 0;
  let inBrackets = false;
  for (let index = 0; index < line.length; index += 1) {
    const code = line.charCodeAt(index);
    if (code === 0x22 && !inBrackets) {
      const end = endOfQuoted(line, index);
      index = end < 0 ? line.length : end - 1;
    } else if (code === 0x3c) inBrackets = true;
    else if (code === 0x3e) inBrackets = false;
    else if (code === 0x2c && !inBrackets) {
      parts.push(line.slice(start, index).trim());
      start = index + 1;
    }
  }
  parts.push(line.slice(start).trim());
  return parts;
}
