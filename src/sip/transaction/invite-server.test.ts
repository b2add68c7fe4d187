import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ServerInput } from './server-input.js';
import { nextInviteServer } from './invite-server.js';

const STATES = ['proceeding', 'completed', 'confirmed', 'accepted', 'terminated'] as const;
const INPUTS: readonly ServerInput[] = [
  'retransmission',
  'ack',
  'provisional',
  'success',
  'failure',
  'timer trying',
  'timer patience',
  'timer G',
  'timer H',
  'timer I',
  'timer J',
  'timer L',
  'transport error',
];

type Row = readonly [
  state: (typeof STATES)[number],
  input: ServerInput,
  next: string,
  effects: readonly string[],
];

/** Figure 7 with RFC 6026: what happens on an unreliable transport; every pair that is not listed changes nothing. */
const UNRELIABLE: readonly Row[] = [
  ['proceeding', 'retransmission', 'proceeding', ['resend']],
  ['proceeding', 'provisional', 'proceeding', ['stop trying', 'send']],
  ['proceeding', 'success', 'accepted', ['stop trying', 'send', 'start L']],
  ['proceeding', 'failure', 'completed', ['stop trying', 'send', 'start G', 'start H']],
  ['proceeding', 'timer trying', 'proceeding', ['send trying']],
  ['proceeding', 'transport error', 'proceeding', ['inform transport error']],
  ['completed', 'retransmission', 'completed', ['resend']],
  ['completed', 'ack', 'confirmed', ['stop G', 'stop H', 'start I', 'inform ack']],
  ['completed', 'timer G', 'completed', ['resend', 'double G']],
  ['completed', 'timer H', 'terminated', ['stop G', 'inform timeout', 'terminate']],
  ['completed', 'transport error', 'completed', ['inform transport error']],
  ['confirmed', 'timer I', 'terminated', ['terminate']],
  ['accepted', 'success', 'accepted', ['send']],
  ['accepted', 'ack', 'accepted', ['pass ack']],
  ['accepted', 'timer L', 'terminated', ['terminate']],
  ['accepted', 'transport error', 'accepted', ['inform transport error']],
];

/** Where a reliable transport makes a difference. */
const RELIABLE: readonly Row[] = [
  ['proceeding', 'failure', 'completed', ['stop trying', 'send', 'start H']],
  ['completed', 'ack', 'terminated', ['stop H', 'inform ack', 'terminate']],
];

const find = (rows: readonly Row[], state: string, input: string) =>
  rows.find((row) => row[0] === state && row[1] === input);

describe('INVITE server transaction', () => {
  for (const reliable of [false, true]) {
    describe(reliable ? 'on a reliable transport' : 'on an unreliable transport', () => {
      for (const state of STATES) {
        it.each(INPUTS)(`in ${state}, at %s`, (input) => {
          const row = (reliable ? find(RELIABLE, state, input) : undefined) ?? find(UNRELIABLE, state, input);
          const { state: next, effects } = nextInviteServer(state, input, reliable);
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
          let state: (typeof STATES)[number] = 'proceeding';
          let ends = 0;
          for (const input of inputs) {
            const step = nextInviteServer(state, input, reliable);
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
        expect(nextInviteServer(state, input, false)).toBe(nextInviteServer(state, input, false));
    }
  });
});
