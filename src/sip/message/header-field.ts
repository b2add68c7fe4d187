import { Scanner } from './scanner.js';

/** How the lines of one header become a typed value. One constant per header; the constant is the key of the cache. */
export type HeaderField<Value> = {
  /** The header's canonical name. */
  readonly name: string;
  /** Reads the header's lines, at least one. Errors: SIP_SYNTAX with the name as its path. */
  readonly parse: (lines: readonly string[]) => Value;
};

const COMMA = 0x2c;

/** A header that stands once in a message; of several lines the first is read. */
export function singleField<Value>(name: string, read: (scanner: Scanner) => Value): HeaderField<Value> {
  return {
    name,
    parse: (lines) => {
      const scanner = new Scanner(lines[0] ?? '', name);
      scanner.skipSpace();
      const value = read(scanner);
      scanner.finish();
      return value;
    },
  };
}

/** A header whose values are separated by commas and may be spread over lines (section 7.3.1). */
export function listField<Item>(
  name: string,
  read: (scanner: Scanner) => Item,
  options: { readonly mayBeEmpty?: boolean } = {},
): HeaderField<readonly Item[]> {
  return {
    name,
    parse: (lines) => {
      const items: Item[] = [];
      for (const line of lines) {
        const scanner = new Scanner(line, name);
        scanner.skipSpace();
        if (scanner.atEnd && options.mayBeEmpty === true) continue;
        do items.push(read(scanner));
        while (scanner.separator(COMMA));
        scanner.finish();
      }
      return items;
    },
  };
}
