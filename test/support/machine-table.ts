import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClientInput } from '../../src/sip/transaction/client-input.js';
import type { ServerInput } from '../../src/sip/transaction/server-input.js';

/** Whatever may happen to a client transaction. */
export const CLIENT_INPUTS: readonly ClientInput[] = [
  'provisional',
  'success',
  'failure',
  'cancel sent',
  'abandon',
  'timer A',
  'timer B',
  'timer D',
  'timer E',
  'timer F',
  'timer K',
  'timer M',
  'timer cancel',
  'transport error',
];

/** Whatever may happen to a server transaction. */
export const SERVER_INPUTS: readonly ServerInput[] = [
  'retransmission',
  'ack',
  'provisional',
  'success',
  'failure',
  'drop',
  'timer trying',
  'timer patience',
  'timer G',
  'timer H',
  'timer I',
  'timer J',
  'timer L',
  'transport error',
];

/** One entry of a state diagram: in a state, at an input, goes to a state and does something. */
export type MachineRow<State, Input> = readonly [
  state: State,
  input: Input,
  next: State,
  effects: readonly string[],
];

/** A transaction machine of RFC 3261 section 17, and the diagram that it must keep to. */
export interface MachineTable<State extends string, Input extends string> {
  readonly title: string;
  readonly states: readonly State[];
  readonly inputs: readonly Input[];
  readonly start: State;
  readonly next: (
    state: State,
    input: Input,
    reliable: boolean,
  ) => { readonly state: State; readonly effects: readonly string[] };
  /** What happens on an unreliable transport; every pair that is not listed changes nothing. */
  readonly unreliable: readonly MachineRow<State, Input>[];
  /** Where a reliable transport makes a difference. */
  readonly reliable: readonly MachineRow<State, Input>[];
}

/** Holds a machine against its table: every pair of state and input, and any sequence of inputs. */
export function describeMachine<State extends string, Input extends string>(
  table: MachineTable<State, Input>,
): void {
  describe(table.title, () => {
    for (const reliable of [false, true]) {
      describe(reliable ? 'on a reliable transport' : 'on an unreliable transport', () => {
        for (const state of table.states) {
          it.each(table.inputs)(`in ${state}, at %s`, (input) => {
            const row = rowOf(table, state, input, reliable);
            const { state: next, effects } = table.next(state, input, reliable);
            expect([next, effects]).toEqual(row ? [row[2], row[3]] : [state, []]);
          });
        }
      });
    }

    it('ends at most once, whatever happens, and never throws', () => {
      const anyInputs = fc.array(fc.constantFrom(...table.inputs), { maxLength: 60 });
      fc.assert(
        fc.property(anyInputs, fc.boolean(), (inputs, reliable) => endsOnce(table, inputs, reliable)),
      );
    });

    it('answers with constants', () => {
      for (const state of table.states) {
        for (const input of table.inputs)
          expect(table.next(state, input, false)).toBe(table.next(state, input, false));
      }
    });
  });
}

function rowOf<State extends string, Input extends string>(
  table: MachineTable<State, Input>,
  state: State,
  input: Input,
  reliable: boolean,
): MachineRow<State, Input> | undefined {
  const fits = (row: MachineRow<State, Input>) => row[0] === state && row[1] === input;
  return (reliable ? table.reliable.find(fits) : undefined) ?? table.unreliable.find(fits);
}

function endsOnce<State extends string, Input extends string>(
  table: MachineTable<State, Input>,
  inputs: readonly Input[],
  reliable: boolean,
): void {
  let state = table.start;
  let ends = 0;
  for (const input of inputs) {
    const step = table.next(state, input, reliable);
    ends += step.effects.filter((effect) => effect === 'terminate').length;
    expect(step.effects.includes('terminate')).toBe(step.state === 'terminated' && state !== 'terminated');
    state = step.state;
  }
  expect(ends).toBe(state === 'terminated' ? 1 : 0);
}
