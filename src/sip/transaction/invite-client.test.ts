import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClientInput } from './client-input.js';
import { nextInviteClient } from './invite-client.js';

const STATES = ['calling', 'proceeding', 'completed', 'accepted', 'terminated'] as const;
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

/** Figure 5 with RFC 6026: what happens on an unreliable transport; every pair that is not listed changes nothing. */
const UNRELIABLE: readonly Row[] = [
  ['calling', 'provisional', 'proceeding', ['stop A', 'stop B', 'inform response']],
  ['calling', 'success', 'accepted', ['stop A', 'stop B', 'start M', 'inform response']],
  ['calling', 'failure', 'completed', ['stop A', 'stop B', 'ack', 'start D', 'inform response']],
  ['calling', 'timer A', 'calling', ['resend', 'double A']],
  ['calling', 'timer B', 'terminated', ['stop A', 'inform timeout', 'terminate']],
  ['calling', 'transport error', 'terminated', ['stop A', 'stop B', 'inform transport error', 'terminate']],
  ['calling', 'abandon', 'terminated', ['stop A', 'stop B', 'terminate']],
  ['proceeding', 'provisional', 'proceeding', ['inform response']],
  ['proceeding', 'success', 'accepted', ['start M', 'inform response']],
  ['proceeding', 'failure', 'completed', ['ack', 'start D', 'inform response']],
  ['proceeding', 'cancel sent', 'proceeding', ['start cancel']],
  ['proceeding', 'timer cancel', 'terminated', ['inform timeout', 'terminate']],
  ['proceeding', 'abandon', 'terminated', ['terminate']],
  ['completed', 'failure', 'completed', ['resend ack']],
  ['completed', 'timer D', 'terminated', ['terminate']],
  ['completed', 'transport error', 'terminated', ['terminate']],
  ['completed', 'abandon', 'terminated', ['terminate']],
  ['accepted', 'success', 'accepted', ['inform response']],
  ['accepted', 'timer M', 'terminated', ['terminate']],
  ['accepted', 'abandon', 'terminated', ['terminate']],
];

/** Where a reliable transport makes a difference. */
const RELIABLE: readonly Row[] = [
  ['calling', 'failure', 'terminated', ['stop B', 'ack', 'inform response', 'terminate']],
  ['proceeding', 'failure', 'terminated', ['ack', 'inform response', 'terminate']],
];

const find = (rows: readonly Row[], state: string, input: string) =>
  rows.find((row) => row[0] === state && row[1] === input);

describe('INVITE client transaction', () => {
  for (const reliable of [false, true]) {
    describe(reliable ? 'on a reliable transport' : 'on an unreliable transport', () => {
      for (const state of STATES) {
        it.each(INPUTS)(`in ${state}, at %s`, (input) => {
          const row = (reliable ? find(RELIABLE, state, input) : undefined) ?? find(UNRELIABLE, state, input);
          const { state: next, effects } = nextInviteClient(state, input, reliable);
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
          let state: (typeof STATES)[number] = 'calling';
          let ends = 0;
          for (const input of inputs) {
            const step = nextInviteClient(state, input, reliable);
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
        expect(nextInviteClient(state, input, false)).toBe(nextInviteClient(state, input, false));
    }
  });
});
