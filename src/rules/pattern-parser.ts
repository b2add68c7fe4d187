/** Whether a character, by its UTF-16 code, is one that is meant. */
export type Matcher = (code: number) => boolean;

/** A regular expression, taken apart. */
export type PatternNode =
  | { readonly kind: 'character'; readonly takes: Matcher }
  | { readonly kind: 'at'; readonly at: 'start' | 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly PatternNode[] }
  | {
      readonly kind: 'repeat';
      readonly part: PatternNode;
      readonly least: number;
      /** None: any number. */
      readonly most: number | undefined;
    };

const MOST_REPETITIONS = 1_000;
const DEEPEST_GROUP = 50;

const CLASSES: Readonly<Record<string, RegExp>> = {
  d: /\d/,
  D: /\D/,
  w: /\w/,
  W: /\W/,
  s: /\s/,
  S: /\S/,
};

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Takes a regular expression apart. Throws a SyntaxError in words, as the end of a sentence. */
export function parsePattern(source: string): PatternNode {
  const reader = new PatternReader(source);
  const node = reader.choice(0);
  if (!reader.isAtEnd) throw new SyntaxError('a ) has no (');
  return node;
}

class PatternReader {
  readonly #source: string;
  #place = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#place >= this.#source.length;
  }

  choice(depth: number): PatternNode {
    if (depth > DEEPEST_GROUP) throw new SyntaxError('its groups are too deep');
    const parts = [this.#sequence(depth)];
    while (this.#take('|')) parts.push(this.#sequence(depth));
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts };
  }

  #sequence(depth: number): PatternNode {
    const parts: PatternNode[] = [];
    while (!this.isAtEnd && this.#ahead !== '|' && this.#ahead !== ')') parts.push(this.#repeated(depth));
    return { kind: 'sequence', parts };
  }

  #repeated(depth: number): PatternNode {
    const part = this.#atom(depth);
    const [least, most] = this.#count();
    if (least === 1 && most === 1) return part;
    // How greedy a repetition is makes no difference to whether something matches.
    this.#take('?');
    if ('*+?'.includes(this.#ahead) && !this.isAtEnd) throw new SyntaxError('a repetition is repeated');
    return { kind: 'repeat', part, least, most };
  }

  #count(): [number, number | undefined] {
    if (this.#take('*')) return [0, undefined];
    if (this.#take('+')) return [1, undefined];
    if (this.#take('?')) return [0, 1];
    const braces = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#source.slice(this.#place, this.#place + 12));
    if (!braces) return [1, 1];
    this.#place += braces[0].length;
    const least = Number(braces[1]);
    const most = braces[2] === undefined ? least : braces[3] === '' ? undefined : Number(braces[3]);
    if (Math.max(least, most ?? 0) > MOST_REPETITIONS) {
      throw new SyntaxError(`it repeats something more than ${MOST_REPETITIONS} times`);
    }
    if (most !== undefined && most < least) throw new SyntaxError('the numbers in {} are in the wrong order');
    return [least, most];
  }

  #atom(depth: number): PatternNode {
    const character = this.#next();
    switch (character) {
      case '^':
        return { kind: 'at', at: 'start' };
      case '$':
        return { kind: 'at', at: 'end' };
      case '.':
        return { kind: 'character', takes: (code) => code !== 10 && code !== 13 };
      case '(':
        return this.#group(depth);
      case '[':
        return { kind: 'character', takes: this.#set() };
      case '\\':
        return { kind: 'character', takes: this.#escaped() };
      case '*':
      case '+':
      case '?':
        throw new SyntaxError(`there is nothing before ${character} to repeat`);
      default:
        return { kind: 'character', takes: literal(character) };
    }
  }

  #group(depth: number): PatternNode {
    if (this.#take('?') && !this.#take(':')) {
      throw new SyntaxError('groups that begin with (? are not known here, but for (?:');
    }
    const node = this.choice(depth + 1);
    if (!this.#take(')')) throw new SyntaxError('a ( has no )');
    return node;
  }

  /** What stands in brackets. */
  #set(): Matcher {
    const isInverted = this.#take('^');
    const members: Matcher[] = [];
    while (this.#ahead !== ']' || members.length === 0) {
      if (this.isAtEnd) throw new SyntaxError('a [ has no ]');
      members.push(this.#member());
    }
    this.#next();
    return (code) => members.some((takes) => takes(code)) !== isInverted;
  }

  #member(): Matcher {
    const first = this.#next();
    if (first === '\\') return this.#escaped();
    const isRange = this.#ahead === '-' && !['', ']'].includes(this.#source.charAt(this.#place + 1));
    if (!isRange) return literal(first);
    this.#next();
    this.#take('\\');
    const last = this.#next();
    const [from, to] = [first.charCodeAt(0), last.charCodeAt(0)];
    if (to < from) throw new SyntaxError(`${first}-${last} is in the wrong order`);
    return (code) => code >= from && code <= to;
  }

  #escaped(): Matcher {
    if (this.isAtEnd) throw new SyntaxError('it ends with \\');
    const character = this.#next();
    const known = CLASSES[character];
    if (known) return (code) => known.test(String.fromCharCode(code));
    const control = CONTROLS[character];
    if (control !== undefined) return literal(control);
    if (/[A-Za-z0-9]/.test(character)) throw new SyntaxError(`\\${character} is not known here`);
    return literal(character);
  }

  get #ahead(): string {
    return this.#source.charAt(this.#place);
  }

  #next(): string {
    return this.#source.charAt(this.#place++);
  }

  #take(character: string): boolean {
    if (this.#ahead !== character || this.isAtEnd) return false;
    this.#place++;
    return true;
  }
}

function literal(character: string): Matcher {
  const wanted = character.charCodeAt(0);
  return (code) => code === wanted;
}
