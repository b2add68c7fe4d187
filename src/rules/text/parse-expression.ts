import { escapedSet, isAny, oneOf, rangeOf, type NamedSet } from './character-sets.js';
import { expressionError } from './expression-error.js';
import type { Assertion, CharacterSet, ExpressionNode } from './expression-node.js';

/** A repetition may ask for so many. */
const MOST_REPEATED = 100;
/** Groups within groups. */
const MOST_DEPTH = 20;

const ASSERTIONS: Readonly<Record<string, Assertion>> = { b: 'wordBoundary', B: 'noWordBoundary' };

/**
 * Reads a regular expression of those parts that can be matched in a time that grows with the text alone: characters,
 * `.`, classes, `\d \w \s \b`, groups, `|`, `* + ? {m,n}`, `^` and `$`. What needs going back (`\1`, lookaround) is
 * refused. Throws INVALID_VALUE.
 */
export function parseExpression(pattern: string): ExpressionNode {
  return new ExpressionParser(pattern).parse();
}

class ExpressionParser {
  readonly #characters: readonly string[];
  #position = 0;
  #depth = 0;

  constructor(pattern: string) {
    this.#characters = Array.from(pattern);
  }

  parse(): ExpressionNode {
    const node = this.#choice();
    if (this.#peek() === ')') throw expressionError('there is a ")" without its "("');
    return node;
  }

  #choice(): ExpressionNode {
    const nodes = [this.#sequence()];
    while (this.#take('|')) nodes.push(this.#sequence());
    const [only] = nodes;
    return nodes.length === 1 && only !== undefined ? only : { kind: 'choice', nodes };
  }

  #sequence(): ExpressionNode {
    const nodes: ExpressionNode[] = [];
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      nodes.push(this.#repeated(this.#atom()));
    }
    return { kind: 'sequence', nodes };
  }

  #repeated(node: ExpressionNode): ExpressionNode {
    const bounds = this.#bounds();
    if (bounds === undefined) return node;
    // Whether it takes as little or as much as it can makes no difference to whether it fits.
    this.#take('?');
    if (this.#bounds() !== undefined) throw expressionError('there is nothing to repeat before a repetition');
    return { kind: 'repeat', node, ...bounds };
  }

  #bounds(): { readonly least: number; readonly most: number | undefined } | undefined {
    if (this.#take('*')) return { least: 0, most: undefined };
    if (this.#take('+')) return { least: 1, most: undefined };
    if (this.#take('?')) return { least: 0, most: 1 };
    const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(
      this.#characters.slice(this.#position, this.#position + 12).join(''),
    );
    if (!counted) return undefined;
    this.#position += counted[0].length;
    const least = Number(counted[1]);
    const most = counted[2] === undefined ? least : counted[3] === '' ? undefined : Number(counted[3]);
    if (Math.max(least, most ?? 0) > MOST_REPEATED) {
      throw expressionError(`nothing can be repeated more than ${MOST_REPEATED} times by number`);
    }
    if (most !== undefined && most < least)
      throw expressionError(`${counted[0]} asks for less than it begins with`);
    return { least, most };
  }

  #atom(): ExpressionNode {
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'character', set: this.#characterClass() };
      case '.':
        return { kind: 'character', set: isAny };
      case '^':
        return { kind: 'assertion', assertion: 'start' };
      case '$':
        return { kind: 'assertion', assertion: 'end' };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw expressionError(`there is nothing to repeat before "${character}"`);
      default:
        return { kind: 'character', set: oneOf(character) };
    }
  }

  #group(): ExpressionNode {
    if (this.#take('?') && !this.#take(':')) {
      throw expressionError('groups that begin with "(?" are not supported, but for "(?:"');
    }
    if (++this.#depth > MOST_DEPTH) throw expressionError('too many groups stand within each other');
    const node = this.#choice();
    this.#depth -= 1;
    if (!this.#take(')')) throw expressionError('a ")" is missing');
    return node;
  }

  #escape(): ExpressionNode {
    const character = this.#next();
    const assertion = ASSERTIONS[character];
    if (assertion !== undefined) return { kind: 'assertion', assertion };
    return { kind: 'character', set: setOf(this.#escaped(character)) };
  }

  #escaped(character: string): NamedSet | string {
    const escaped = escapedSet(character);
    if (escaped !== undefined) return escaped;
    if (/[\dA-Za-z]/.test(character)) throw expressionError(`"\\${character}" is not supported`);
    return character;
  }

  #characterClass(): CharacterSet {
    const isNegated = this.#take('^');
    const sets: CharacterSet[] = [];
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) sets.push(this.#classMember());
    this.#position += 1;
    const contains: CharacterSet = (code) => sets.some((set) => set(code));
    return isNegated ? (code) => !contains(code) : contains;
  }

  #classMember(): CharacterSet {
    const first = this.#classCharacter();
    const hasRange = this.#peek() === '-' && (this.#characters[this.#position + 1] ?? ']') !== ']';
    if (!hasRange) return setOf(first);
    this.#position += 1;
    const last = this.#classCharacter();
    if (typeof first !== 'string' || typeof last !== 'string' || last < first) {
      throw expressionError('a range in brackets must go from a character to a later one');
    }
    return rangeOf(first, last);
  }

  #classCharacter(): NamedSet | string {
    if (this.#peek() === undefined) throw expressionError('a "]" is missing');
    const character = this.#next();
    return character === '\\' ? this.#escaped(this.#next()) : character;
  }

  #peek(): string | undefined {
    return this.#characters[this.#position];
  }

  #next(): string {
    const character = this.#characters[this.#position];
    if (character === undefined) throw expressionError('it ends with a "\\" that nothing follows');
    this.#position += 1;
    return character;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#position += 1;
    return true;
  }
}

function setOf(member: NamedSet | string): CharacterSet {
  return typeof member === 'string' ? oneOf(member) : member.contains;
}
