import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  nextOfOutgoingInvite,
  type OutgoingInviteEffect,
  type OutgoingInviteInput,
  type OutgoingInviteState,
} from './outgoing-invite-machine.js';

const INPUTS: readonly OutgoingInviteInput[] = [
  'provisional',
  'success',
  'refusal',
  'redirected',
  'unreachable',
  'no-answer',
  'end',
  'bye',
  'lost',
];

type Case = [OutgoingInviteState, OutgoingInviteInput, OutgoingInviteState, string];

const CASES: readonly Case[] = [
  ['calling', 'provisional', 'early', 'report-progress'],
  ['calling', 'success', 'confirmed', 'confirm'],
  ['calling', 'end', 'withdrawn', 'report-local'],
  ['calling', 'unreachable', 'terminated', 'report-unreachable'],
  ['early', 'refusal', 'terminated', 'report-refusal'],
  ['calling', 'redirected', 'calling', ''],
  ['early', 'redirected', 'calling', ''],
  ['early', 'end', 'cancelling', 'send-cancel report-local'],
  ['early', 'no-answer', 'cancelling', 'send-cancel report-timeout'],
  ['withdrawn', 'provisional', 'cancelling', 'send-cancel'],
  ['withdrawn', 'success', 'terminated', 'confirm-and-bye'],
  ['cancelling', 'success', 'terminated', 'confirm-and-bye'],
  ['cancelling', 'refusal', 'terminated', ''],
  ['cancelling', 'unreachable', 'terminated', ''],
  ['confirmed', 'bye', 'terminated', 'report-remote'],
  ['confirmed', 'end', 'terminated', 'send-bye report-local'],
];

describe('The machine of an outgoing INVITE', () => {
  it.each(CASES)('in %s takes %s, goes to %s and does %s', (state, input, next, effects) => {
    const step = nextOfOutgoingInvite(state, input);
    expect([step?.state, step?.effects.join(' ')]).toEqual([next, effects]);
  });

  it.each([
    ['calling', 'bye'],
    ['cancelling', 'end'],
    ['confirmed', 'refusal'],
    ['cancelling', 'redirected'],
    ['terminated', 'success'],
  ] as const)('in %s ignores %s', (state, input) => {
    expect(nextOfOutgoingInvite(state, input)).toBeUndefined();
  });

  it('sends a CANCEL at most once and only after a provisional response, and reports the end once', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...INPUTS), { maxLength: 30 }), (inputs) => {
        let state: OutgoingInviteState = 'calling';
        const done: OutgoingInviteEffect[] = [];
        let isProvisional = false;
        for (const input of inputs) {
          isProvisional ||= input === 'provisional';
          const step = nextOfOutgoingInvite(state, input);
          if (!step) continue;
          state = step.state;
          done.push(...step.effects);
          expect(isProvisional || !step.effects.includes('send-cancel')).toBe(true);
        }
        const ends = done.filter((effect) => effect.startsWith('report-') && effect !== 'report-progress');
        expect(done.filter((effect) => effect === 'send-cancel').length).toBeLessThanOrEqual(1);
        expect(ends.length).toBe(['calling', 'early', 'confirmed'].includes(state) ? 0 : 1);
      }),
    );
  });
});
