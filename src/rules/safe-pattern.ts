import { type Matcher, parsePattern, type PatternNode } from './pattern-parser.js';

const MOST_STEPS = 500;

/** Where the matching can stand: it takes one character, or goes on without. */
interface Step {
  /** What the character must be; none of a step that takes none. */
  readonly takes?: Matcher;
  /** The start or the end of the text must be here. */
  readonly at?: 'start' | 'end';
  readonly next: number[];
}

/** The end of a pattern. */
const FOUND = -1;

/**
 * A regular expression whose time grows with the text times the pattern and never beyond: all ways of matching are
 * followed at once (Thompson 1968), none is tried again. What a stranger publishes can so delay no alarm. It has
 * literals, `.`, classes, `\d \w \s`, groups, `|`, `* + ? {m,n}`, `^` and `$`; no references and no look-around.
 */
export class SafePattern {
  readonly #steps: Step[] = [];
  readonly #first: number;

  /** Throws a SyntaxError that says what is wrong with the pattern. */
  constructor(source: string) {
    this.#first = this.#compile(parsePattern(source), FOUND);
  }

  /** Whether any part of the text matches. */
  matches(text: string): boolean {
    let standing = new Set<number>();
    for (let place = 0; place <= text.length; place++) {
      this.#enter(this.#first, standing, { place, length: text.length });
      if (standing.has(FOUND)) return true;
      if (place === text.length) return false;
      const code = text.charCodeAt(place);
      const following = new Set<number>();
      for (const index of standing) {
        const step = this.#steps[index];
        if (step?.takes?.(code) !== true) continue;
        for (const next of step.next) {
          this.#enter(next, following, { place: place + 1, length: text.length });
        }
      }
      standing = following;
    }
    return false;
  }

  /** Puts a step, and all that can be reached from it without a character, among those that are stood on. */
  #enter(
    first: number,
    standing: Set<number>,
    { place, length }: { readonly place: number; readonly length: number },
  ): void {
    const waiting = [first];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (standing.has(index)) continue;
      const step = this.#steps[index];
      if (step?.at === 'start' && place > 0) continue;
      if (step?.at === 'end' && place < length) continue;
      standing.add(index);
      if (step && step.takes === undefined) waiting.push(...step.next);
    }
  }

  /** The steps of a part, from back to front; gives the first of them. */
  #compile(node: PatternNode, next: number): number {
    switch (node.kind) {
      case 'character':
        return this.#add({ takes: node.takes, next: [next] });
      case 'at':
        return this.#add({ at: node.at, next: [next] });
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.#compile(part, after), next);
      case 'choice':
        return this.#add({ next: node.parts.map((part) => this.#compile(part, next)) });
      case 'repeat':
        return this.#repeat(node, next);
    }
  }

  #repeat({ part, least, most }: Extract<PatternNode, { kind: 'repeat' }>, next: number): number {
    let first = next;
    if (most === undefined) {
      const loop: Step = { next: [next] };
      first = this.#add(loop);
      loop.next.push(this.#compile(part, first));
    } else {
      for (let count = least; count < most; count++) {
        first = this.#add({ next: [next, this.#compile(part, first)] });
      }
    }
    for (let count = 0; count < least; count++) first = this.#compile(part, first);
    return first;
  }

  #add(step: Step): number {
    if (this.#steps.length >= MOST_STEPS) throw new SyntaxError('it repeats too much; make it shorter');
    return this.#steps.push(step) - 1;
  }
}
