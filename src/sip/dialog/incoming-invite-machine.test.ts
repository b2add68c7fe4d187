import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  nextOfIncomingInvite,
  type IncomingInviteEffect,
  type IncomingInviteInput,
  type IncomingInviteState,
} from './incoming-invite-machine.js';

const INPUTS: readonly IncomingInviteInput[] = [
  'progress',
  'accept',
  'reject',
  'drop',
  'end',
  'cancel',
  'expired',
  'bye',
  'ack',
  'no-ack',
  'lost',
];

type Case = [IncomingInviteState, IncomingInviteInput, IncomingInviteState, string];

const CASES: readonly Case[] = [
  ['inviting', 'progress', 'early', 'send-provisional'],
  ['early', 'progress', 'early', 'send-provisional'],
  ['inviting', 'accept', 'accepted', 'send-success'],
  ['early', 'cancel', 'terminated', 'refuse-487 report-remote'],
  ['early', 'bye', 'terminated', 'refuse-487 report-remote'],
  ['inviting', 'end', 'terminated', 'refuse-480 report-local'],
  ['inviting', 'drop', 'terminated', 'answer-nothing report-local'],
  ['accepted', 'ack', 'confirmed', 'stop-repeating report-confirmed'],
  ['accepted', 'no-ack', 'terminated', 'stop-repeating send-bye report-timeout'],
  ['accepted', 'end', 'leaving', 'report-local'],
  ['leaving', 'ack', 'terminated', 'stop-repeating send-bye'],
  ['leaving', 'bye', 'terminated', 'stop-repeating'],
  ['confirmed', 'end', 'terminated', 'send-bye report-local'],
  ['confirmed', 'lost', 'terminated', 'send-bye report-lost'],
];

describe('The machine of an incoming INVITE', () => {
  it.each(CASES)('in %s takes %s, goes to %s and does %s', (state, input, next, effects) => {
    const step = nextOfIncomingInvite(state, input);
    expect([step?.state, step?.effects.join(' ')]).toEqual([next, effects]);
  });

  it.each([
    ['accepted', 'cancel'],
    ['confirmed', 'accept'],
    ['inviting', 'ack'],
    ['leaving', 'accept'],
    ['terminated', 'bye'],
  ] as const)('in %s ignores %s', (state, input) => {
    expect(nextOfIncomingInvite(state, input)).toBeUndefined();
  });

  it('answers the INVITE at most once for good, reports the end at most once, and never sends a BYE before the ACK or its absence', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...INPUTS), { maxLength: 30 }), (inputs) => {
        let state: IncomingInviteState = 'inviting';
        const done: IncomingInviteEffect[] = [];
        let isAckSettled = false;
        for (const input of inputs) {
          isAckSettled ||= input === 'ack' || input === 'no-ack' || input === 'lost';
          const step = nextOfIncomingInvite(state, input);
          if (!step) continue;
          state = step.state;
          done.push(...step.effects);
          expect(isAckSettled || !step.effects.includes('send-bye')).toBe(true);
        }
        const finals = done.filter(
          (effect) => effect === 'send-success' || effect === 'answer-nothing' || effect.includes('refus'),
        );
        const ends = done.filter((effect) => /^report-(local|remote|timeout|lost)$/.test(effect));
        expect(finals.length).toBeLessThanOrEqual(1);
        expect(ends.length).toBeLessThanOrEqual(1);
        expect(ends.length).toBe(state === 'terminated' || state === 'leaving' ? 1 : 0);
      }),
    );
  });
});
