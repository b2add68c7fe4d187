import { describe, expect, it } from '@jest/globals';
import { accountSchema, PEER_TO_PEER_ACCOUNT } from './account.js';
import { admitCall, admitCaller, type AdmissionFacts } from './admission.js';

const open: AdmissionFacts = {
  settings: { enabled: true, allowIncomingCalls: true, maxConcurrentCalls: 2 },
  account: PEER_TO_PEER_ACCOUNT,
  callsInProgress: 0,
  callsOf: () => 0,
};
const full = { ...open, callsInProgress: 1, callsOf: () => 1 };
const limited = (whenFull: 'busy' | 'newerWins') =>
  accountSchema.parse({ id: 'one', mode: 'peer-to-peer', maxCalls: 1, whenFull });

describe('admission', () => {
  it('lets a caller and its call in', () => {
    expect(admitCaller(open)).toEqual({ admitted: true, account: PEER_TO_PEER_ACCOUNT });
    expect(admitCall(PEER_TO_PEER_ACCOUNT, open)).toEqual({ admitted: true, replaces: false });
  });

  it.each([
    ['SIP is turned off', { ...open, settings: { ...open.settings, enabled: false } }, 'sipDisabled', 403],
    [
      'incoming calls are not allowed',
      { ...open, settings: { ...open.settings, allowIncomingCalls: false } },
      'incomingCallsNotAllowed',
      403,
    ],
    ['no account takes it', { ...open, account: undefined }, 'noAccount', 404],
  ] as const)('refuses a caller when %s, with the reason as data', (_when, facts, refusal, status) => {
    expect(admitCaller(facts)).toMatchObject({ admitted: false, refusal, status });
  });

  it('refuses a call beyond the limit of the device', () => {
    const facts = { ...open, callsInProgress: 2 };
    expect(admitCall(PEER_TO_PEER_ACCOUNT, facts)).toMatchObject({ refusal: 'tooManyCalls', status: 503 });
  });

  it('keeps a quarter of the places for calls from servers', () => {
    const settings = { ...open.settings, maxConcurrentCalls: 8 };
    const stranger = (callsInProgress: number) =>
      admitCall(PEER_TO_PEER_ACCOUNT, { ...open, settings, callsInProgress, isStranger: true });
    expect(stranger(5)).toMatchObject({ admitted: true });
    expect(stranger(6)).toMatchObject({ refusal: 'tooManyCalls', detail: expect.stringContaining('kept') });
    expect(admitCall(PEER_TO_PEER_ACCOUNT, { ...open, settings, callsInProgress: 7 })).toMatchObject({
      admitted: true,
    });
  });

  it('refuses a call beyond the limit of the account as busy', () => {
    expect(admitCall(limited('busy'), full)).toEqual({
      admitted: false,
      refusal: 'accountFull',
      status: 486,
      detail: 'the account has a call already, which is its limit',
    });
    expect(admitCall(limited('busy'), open)).toMatchObject({ admitted: true });
  });

  it('lets a newer call in where it wins, also when the device is full by the older one', () => {
    expect(admitCall(limited('newerWins'), full)).toEqual({ admitted: true, replaces: true });
    expect(admitCall(limited('newerWins'), { ...full, callsInProgress: 2 })).toMatchObject({
      admitted: true,
    });
    expect(admitCall(limited('newerWins'), { ...full, callsInProgress: 3 })).toMatchObject({
      refusal: 'tooManyCalls',
    });
  });
});
