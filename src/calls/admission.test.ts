import { describe, expect, it } from '@jest/globals';
import { PEER_TO_PEER_ACCOUNT } from './account.js';
import { admit, type AdmissionFacts } from './admission.js';
import type { CallInvitation } from './signaling.js';

const invitation: CallInvitation = {
  requestUri: 'sip:1001@192.0.2.9',
  requestUser: '1001',
  line: undefined,
  fromUri: 'sip:guard@192.0.2.1;transport=udp',
  toUri: 'sip:1001@192.0.2.9',
  displayName: 'Guard',
  sourceAddress: '192.0.2.1',
  sourcePort: 5060,
  transport: 'udp',
  header: () => [],
  addresses: () => [],
};

const open: AdmissionFacts = {
  settings: { enabled: true, allowIncomingCalls: true, maxConcurrentCalls: 2 },
  account: PEER_TO_PEER_ACCOUNT,
  callsInProgress: 0,
};

describe('admission', () => {
  it('lets a call in and says what was dialled and by whom', () => {
    expect(admit(invitation, open)).toEqual({
      admitted: true,
      account: PEER_TO_PEER_ACCOUNT,
      called: { uri: 'sip:1001@192.0.2.9', source: 'request-URI' },
      remoteUri: 'sip:guard@192.0.2.1',
    });
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
    ['the limit of calls is reached', { ...open, callsInProgress: 2 }, 'tooManyCalls', 503],
  ] as const)('refuses when %s, with the reason as data', (_when, facts, refusal, status) => {
    expect(admit(invitation, facts)).toMatchObject({ admitted: false, refusal, status });
  });
});
