import type { CharacterSet } from './expression-node.js';

/** A set that an escape names: `\d`. */
export interface NamedSet {
  readonly contains: CharacterSet;
}

const LINE_BREAKS = new Set([0x0a, 0x0d, 0x2028, 0x2029]);

const isDigit: CharacterSet = (code) => code >= 0x30 && code <= 0x39;
const isSpace: CharacterSet = (code) => /\s/u.test(String.fromCodePoint(code));

/** Letters of every language count, other than in JavaScript: who writes "Lösch" means a word. */
export const isWord: CharacterSet = (code) => /[\p{L}\p{N}_]/u.test(String.fromCodePoint(code));

/** What a dot takes. */
export const isAny: CharacterSet = (code) => !LINE_BREAKS.has(code);

const NAMED: Readonly<Record<string, CharacterSet>> = {
  d: isDigit,
  D: (code) => !isDigit(code),
  w: isWord,
  W: (code) => !isWord(code),
  s: isSpace,
  S: (code) => !isSpace(code),
  n: (code) => code === 0x0a,
  t: (code) => code === 0x09,
};

/** The set that an escape stands for; none where it is no such escape. */
export function escapedSet(character: string): NamedSet | undefined {
  const contains = Object.hasOwn(NAMED, character) ? NAMED[character] : undefined;
  return contains && { contains };
}

export function oneOf(character: string): CharacterSet {
  const wanted = character.codePointAt(0);
  return (code) => code === wanted;
}

export function rangeOf(first: string, last: string): CharacterSet {
  const [least = 0, most = 0] = [first.codePointAt(0), last.codePointAt(0)];
  return (code) => code >= least && code <= most;
}
