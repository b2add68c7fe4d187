import type { Scanner } from './scanner.js';
import { unquote } from './quoted-string.js';

const EQUAL = 0x3d;
const SEMICOLON = 0x3b;

/** A parameter's name and its value as written, `undefined` for a flag such as `lr`. */
export type Parameter = readonly [name: string, raw: string | undefined];

/**
 * The parameters of a header value or of a URI, in their order. Names are case-insensitive. Values are
 * kept as they are written, so that writing gives the same text; reading takes quotes and their escapes off.
 */
export class Parameters {
  static readonly none = new Parameters([]);

  /** Name and raw value by turns: one flat array is cheaper than an object per parameter. */
  readonly #flat: readonly (string | undefined)[];

  private constructor(flat: readonly (string | undefined)[]) {
    this.#flat = flat;
  }

  /** Values stand as on the wire: one that is no token is put through `quote` by the caller. */
  static of(parameters: Iterable<Parameter>): Parameters {
    const flat: (string | undefined)[] = [];
    for (const [name, raw] of parameters) flat.push(name, raw);
    return flat.length === 0 ? Parameters.none : new Parameters(flat);
  }

  /** `*( SEMI generic-param )` of section 25.1, up to something that is no semicolon. */
  static read(scanner: Scanner): Parameters {
    if (!scanner.separator(SEMICOLON)) return Parameters.none;
    const flat: (string | undefined)[] = [];
    do {
      flat.push(scanner.token('the name of a parameter'));
      flat.push(scanner.separator(EQUAL) ? scanner.parameterValue() : undefined);
    } while (scanner.separator(SEMICOLON));
    return new Parameters(flat);
  }

  /** From name and raw value by turns, which the caller does not change any more. */
  static fromFlat(flat: readonly (string | undefined)[]): Parameters {
    return flat.length === 0 ? Parameters.none : new Parameters(flat);
  }

  get size(): number {
    return this.#flat.length / 2;
  }

  has(name: string): boolean {
    return this.#indexOf(name) >= 0;
  }

  /** The value without quotes; `undefined` for a flag and for what is not there. The first of several counts. */
  get(name: string): string | undefined {
    const raw = this.raw(name);
    return raw === undefined ? undefined : unquote(raw);
  }

  /** The value as it is written. */
  raw(name: string): string | undefined {
    const index = this.#indexOf(name);
    return index < 0 ? undefined : this.#flat[index + 1];
  }

  /** Names as written, values without quotes. */
  *entries(): IterableIterator<readonly [name: string, value: string | undefined]> {
    for (const [name, raw] of this.rawEntries()) yield [name, raw === undefined ? undefined : unquote(raw)];
  }

  /** Names and values as written. */
  *rawEntries(): IterableIterator<Parameter> {
    for (let index = 0; index < this.#flat.length; index += 2) {
      yield [this.#flat[index] ?? '', this.#flat[index + 1]];
    }
  }

  /** The same with one parameter set, at its old place or at the end. */
  with(name: string, raw: string | undefined): Parameters {
    const index = this.#indexOf(name);
    if (index < 0) return new Parameters([...this.#flat, name, raw]);
    return new Parameters(this.#flat.with(index + 1, raw));
  }

  /** The same without one parameter. */
  without(name: string): Parameters {
    return this.has(name)
      ? Parameters.of([...this.rawEntries()].filter(([other]) => !sameName(other, name)))
      : this;
  }

  /** Each parameter with `separator` before it: `;name=value;flag`. */
  format(separator = ';'): string {
    let text = '';
    for (let index = 0; index < this.#flat.length; index += 2) {
      const raw = this.#flat[index + 1];
      text += separator + (this.#flat[index] ?? '');
      if (raw !== undefined) text += `=${raw}`;
    }
    return text;
  }

  #indexOf(name: string): number {
    const flat = this.#flat;
    for (let index = 0; index < flat.length; index += 2) {
      if (sameName(flat[index] ?? '', name)) return index;
    }
    return -1;
  }
}

function sameName(one: string, other: string): boolean {
  return one === other || (one.length === other.length && one.toLowerCase() === other.toLowerCase());
}
