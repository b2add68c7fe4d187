import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ServerInput } from './server-input.js';
import { nextNonInviteServer } from './non-invite-server.js';

const STATES = ['trying', 'proceeding', 'completed', 'terminated'] as const;
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

/** Figure 8 with RFC 4320: what happens on an unreliable transport; every pair that is not listed changes nothing. */
const UNRELIABLE: readonly Row[] = [
  ['trying', 'provisional', 'proceeding', ['stop trying', 'send']],
  ['trying', 'success', 'completed', ['stop trying', 'stop patience', 'send', 'start J']],
  ['trying', 'failure', 'completed', ['stop trying', 'stop patience', 'send', 'start J']],
  ['trying', 'timer trying', 'proceeding', ['send trying']],
  ['trying', 'timer patience', 'terminated', ['stop trying', 'inform timeout', 'terminate']],
  ['proceeding', 'provisional', 'proceeding', ['stop trying', 'send']],
  ['proceeding', 'success', 'completed', ['stop trying', 'stop patience', 'send', 'start J']],
  ['proceeding', 'failure', 'completed', ['stop trying', 'stop patience', 'send', 'start J']],
  ['proceeding', 'timer trying', 'proceeding', ['send trying']],
  ['proceeding', 'timer patience', 'terminated', ['stop trying', 'inform timeout', 'terminate']],
  ['proceeding', 'retransmission', 'proceeding', ['resend']],
  ['proceeding', 'transport error', 'proceeding', ['inform transport error']],
  ['completed', 'retransmission', 'completed', ['resend']],
  ['completed', 'timer J', 'terminated', ['terminate']],
  ['completed', 'transport error', 'completed', ['inform transport error']],
];

/** Where a reliable transport makes a difference. */
const RELIABLE: readonly Row[] = [
  ['trying', 'success', 'terminated', ['stop trying', 'stop patience', 'send', 'terminate']],
  ['trying', 'failure', 'terminated', ['stop trying', 'stop patience', 'send', 'terminate']],
  ['proceeding', 'success', 'terminated', ['stop trying', 'stop patience', 'send', 'terminate']],
  ['proceeding', 'failure', 'terminated', ['stop trying', 'stop patience', 'send', 'terminate']],
];

const find = (rows: readonly Row[], state: string, input: string) =>
  rows.find((row) => row[0] === state && row[1] === input);

describe('non-INVITE server transaction', () => {
  for (const reliable of [false, true]) {
    describe(reliable ? 'on a reliable transport' : 'on an unreliable transport', () => {
      for (const state of STATES) {
        it.each(INPUTS)(`in ${state}, at %s`, (input) => {
          const row = (reliable ? find(RELIABLE, state, input) : undefined) ?? find(UNRELIABLE, state, input);
          const { state: next, effects } = nextNonInviteServer(state, input, reliable);
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
            const step = nextNonInviteServer(state, input, reliable);
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
        expect(nextNonInviteServer(state, input, false)).toBe(nextNonInviteServer(state, input, false));
    }
  });
});
