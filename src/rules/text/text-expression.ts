import { isWord } from './character-sets.js';
import { expressionError } from './expression-error.js';
import type { Assertion, CharacterSet, ExpressionNode } from './expression-node.js';
import { parseExpression } from './parse-expression.js';

type Instruction =
  | { readonly op: 'character'; readonly set: CharacterSet }
  | { readonly op: 'assertion'; readonly assertion: Assertion }
  /** Goes on at both. */
  | { op: 'split'; one: number; other: number }
  | { op: 'jump'; to: number }
  | { readonly op: 'match' };

/** What a match costs grows with text times instructions; so many are let in. */
const MOST_INSTRUCTIONS = 1_000;

/**
 * A regular expression that goes through a text once, in all its states at the same time (Thompson, 1968): no text
 * makes it slow, whoever wrote it. It is found anywhere in the text, unless `^` and `$` say otherwise.
 */
export class TextExpression {
  readonly #program: readonly Instruction[];
  readonly #ignoreCase: boolean;

  /** Throws INVALID_VALUE. */
  constructor(pattern: string, options: { readonly ignoreCase: boolean }) {
    const program: Instruction[] = [];
    write(parseExpression(pattern), program);
    append(program, { op: 'match' });
    this.#program = program;
    this.#ignoreCase = options.ignoreCase;
  }

  fits(text: string): boolean {
    const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
    let states = new Set<number>();
    for (let position = 0; position <= codes.length; position += 1) {
      this.#enter(0, states, codes, position);
      const next = new Set<number>();
      for (const state of states) {
        const instruction = this.#program[state];
        if (instruction?.op === 'match') return true;
        const code = codes[position];
        if (instruction?.op !== 'character' || code === undefined) continue;
        if (this.#takes(instruction.set, code)) this.#enter(state + 1, next, codes, position + 1);
      }
      states = next;
    }
    return false;
  }

  /** Adds a state and those that it leads to without a character. */
  #enter(start: number, states: Set<number>, codes: readonly number[], position: number): void {
    const waiting = [start];
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      if (states.has(state)) continue;
      states.add(state);
      const instruction = this.#program[state];
      if (instruction?.op === 'jump') waiting.push(instruction.to);
      else if (instruction?.op === 'split') waiting.push(instruction.other, instruction.one);
      else if (instruction?.op === 'assertion' && holds(instruction.assertion, codes, position)) {
        waiting.push(state + 1);
      }
    }
  }

  #takes(set: CharacterSet, code: number): boolean {
    if (set(code)) return true;
    if (!this.#ignoreCase) return false;
    const character = String.fromCodePoint(code);
    return isInCase(set, character.toLowerCase()) || isInCase(set, character.toUpperCase());
  }
}

function isInCase(set: CharacterSet, character: string): boolean {
  const code = character.codePointAt(0);
  return code !== undefined && set(code);
}

function holds(assertion: Assertion, codes: readonly number[], position: number): boolean {
  switch (assertion) {
    case 'start':
      return position === 0;
    case 'end':
      return position === codes.length;
    case 'wordBoundary':
      return isWordAt(codes, position - 1) !== isWordAt(codes, position);
    case 'noWordBoundary':
      return isWordAt(codes, position - 1) === isWordAt(codes, position);
  }
}

function isWordAt(codes: readonly number[], position: number): boolean {
  const code = codes[position];
  return code !== undefined && isWord(code);
}

function write(node: ExpressionNode, program: Instruction[]): void {
  switch (node.kind) {
    case 'character':
      append(program, { op: 'character', set: node.set });
      return;
    case 'assertion':
      append(program, { op: 'assertion', assertion: node.assertion });
      return;
    case 'sequence':
      for (const part of node.nodes) write(part, program);
      return;
    case 'choice':
      writeChoice(node.nodes, program);
      return;
    case 'repeat':
      writeRepeat(node, program);
  }
}

function writeChoice(nodes: readonly ExpressionNode[], program: Instruction[]): void {
  const exits: { to: number }[] = [];
  for (const [index, node] of nodes.entries()) {
    const isLast = index === nodes.length - 1;
    const split = isLast ? undefined : appendSplit(program);
    write(node, program);
    if (!split) continue;
    const exit = { op: 'jump' as const, to: 0 };
    append(program, exit);
    exits.push(exit);
    split.other = program.length;
  }
  for (const exit of exits) exit.to = program.length;
}

function writeRepeat(
  { node, least, most }: Extract<ExpressionNode, { kind: 'repeat' }>,
  program: Instruction[],
): void {
  for (let count = 0; count < least; count += 1) write(node, program);
  if (most === undefined) {
    const start = program.length;
    const split = appendSplit(program);
    write(node, program);
    append(program, { op: 'jump', to: start });
    split.other = program.length;
    return;
  }
  const splits: { other: number }[] = [];
  for (let count = least; count < most; count += 1) {
    splits.push(appendSplit(program));
    write(node, program);
  }
  for (const split of splits) split.other = program.length;
}

/** Goes on behind itself, and at `other`, which is to be set. */
function appendSplit(program: Instruction[]): { other: number } {
  const split = { op: 'split' as const, one: program.length + 1, other: 0 };
  append(program, split);
  return split;
}

function append(program: Instruction[], instruction: Instruction): void {
  if (program.length >= MOST_INSTRUCTIONS) throw expressionError('it is too long when it is written out');
  program.push(instruction);
}
