import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClientInput } from './client-input.js';
import { nextNonInviteClient } from './non-invite-client.js';

const STATES = ['trying', 'proceeding', 'completed', 'terminated'] as const;
const INPUTS: readonly ClientInput[] = [
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

type Row = readonly [
  state: (typeof STATES)[number],
  input: ClientInput,
  next: string,
  effects: readonly string[],
];

/** Figure 6: what happens on an unreliable transport; every pair that is not listed changes nothing. */
const UNRELIABLE: readonly Row[] = [
  ['trying', 'provisional', 'proceeding', ['inform response']],
  ['trying', 'success', 'completed', ['stop E', 'stop F', 'start K', 'inform response']],
  ['trying', 'failure', 'completed', ['stop E', 'stop F', 'start K', 'inform response']],
  ['trying', 'timer E', 'trying', ['resend', 'double E']],
  ['trying', 'timer F', 'terminated', ['stop E', 'inform timeout', 'terminate']],
  ['trying', 'transport error', 'terminated', ['stop E', 'stop F', 'inform transport error', 'terminate']],
  ['trying', 'abandon', 'terminated', ['stop E', 'stop F', 'terminate']],
  ['proceeding', 'provisional', 'proceeding', ['inform response']],
  ['proceeding', 'success', 'completed', ['stop E', 'stop F', 'start K', 'inform response']],
  ['proceeding', 'failure', 'completed', ['stop E', 'stop F', 'start K', 'inform response']],
  ['proceeding', 'timer E', 'proceeding', ['resend', 'start E at T2']],
  ['proceeding', 'timer F', 'terminated', ['stop E', 'inform timeout', 'terminate']],
  ['proceeding', 'abandon', 'terminated', ['stop E', 'stop F', 'terminate']],
  ['completed', 'timer K', 'terminated', ['terminate']],
  ['completed', 'abandon', 'terminated', ['terminate']],
];

/** Where a reliable transport makes a difference. */
const RELIABLE: readonly Row[] = [
  ['trying', 'success', 'terminated', ['stop F', 'inform response', 'terminate']],
  ['trying', 'failure', 'terminated', ['stop F', 'inform response', 'terminate']],
  ['proceeding', 'success', 'terminated', ['stop F', 'inform response', 'terminate']],
  ['proceeding', 'failure', 'terminated', ['stop F', 'inform response', 'terminate']],
  [
    'proceeding',
    'transport error',
    'terminated',
    ['stop E', 'stop F', 'inform transport error', 'terminate'],
  ],
];

const find = (rows: readonly Row[], state: string, input: string) =>
  rows.find((row) => row[0] === state && row[1] === input);

describe('non-INVITE client transaction', () => {
  for (const reliable of [false, true]) {
    describe(reliable ? 'on a reliable transport' : 'on an unreliable transport', () => {
      for (const state of STATES) {
        it.each(INPUTS)(`in ${state}, at %s`, (input) => {
          const row = (reliable ? find(RELIABLE, state, input) : undefined) ?? find(UNRELIABLE, state, input);
          const { state: next, effects } = nextNonInviteClient(state, input, reliable);
          expect([next, effects]).toEqual(row ? [row[2], row[3]] : [state, []]);
        });
      }
    });
  }

  it('ends at most once, whatever happens, and never throws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...INPUTS), { maxLength: 60 }),
        fc.boolean(),
        (inputs, reliable) => {
          let state: (typeof STATES)[number] = 'trying';
          let ends = 0;
          for (const input of inputs) {
            const step = nextNonInviteClient(state, input, reliable);
            ends += step.effects.filter((effect) => effect === 'terminate').length;
            expect(step.effects.includes('terminate')).toBe(
              step.state === 'terminated' && state !== 'terminated',
            );
            state = step.state;
          }
          expect(ends).toBe(state === 'terminated' ? 1 : 0);
        },
      ),
    );
  });

  it('answers with constants', () => {
    for (const state of STATES) {
      for (const input of INPUTS)
        expect(nextNonInviteClient(state, input, false)).toBe(nextNonInviteClient(state, input, false));
    }
  });
});
