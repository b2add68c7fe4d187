import { describe, expect, it } from '@jest/globals';
import type { AccountId } from '../base/ids.js';
import { profilesOfCall } from './profiles-of-call.js';
import { rulesSchema } from './rule.js';

const run = (profile: string, how = 'whileActive') => ({ kind: 'siren.profile', profile, run: how });

const rules = rulesSchema.parse([
  {
    name: 'of an extension',
    conditions: [{ kind: 'call.state', state: 'Active', direction: 'Incoming', localUri: '1001, 1010-1019' }],
    actions: [run('Evacuation')],
  },
  {
    name: 'of a caller and a change',
    conditions: [
      { kind: 'call.stateChange', reason: 'AcceptedByDevice', localUri: 'sip:1001@*', remoteUri: 'guard' },
    ],
    actions: [run('Stopped', 'stop'), run('Intrusion', 'start')],
  },
  {
    name: 'of an account',
    conditions: [{ kind: 'call.state', state: 'Ringing', account: 'office' }],
    actions: [run('Doorbell')],
  },
  {
    name: 'turned off',
    enabled: false,
    conditions: [{ kind: 'call.state', state: 'Active' }],
    actions: [run('Off')],
  },
  {
    name: 'of no call',
    conditions: [{ kind: 'call.state', state: 'Idle', localUri: '1001' }],
    actions: [run('Quiet')],
  },
  {
    name: 'of another call',
    conditions: [{ kind: 'call.state', state: 'Active', localUri: '1001', invert: true }],
    actions: [run('Otherwise')],
  },
  {
    name: 'of calls of ours',
    conditions: [{ kind: 'call.state', state: 'Active', direction: 'Outgoing' }],
    actions: [run('Dialling')],
  },
  {
    name: 'of keys',
    conditions: [{ kind: 'call.dtmf', digits: '1' }],
    actions: [run('Keys', 'start')],
  },
]);

const profiles = (localUri: string, account = 'peer-to-peer') =>
  [...profilesOfCall(rules, { localUri, account: account as AccountId })].toSorted();

describe('The profiles that a call starts', () => {
  it.each([
    ['sip:1001@192.168.0.90', 'peer-to-peer', ['Evacuation', 'Intrusion']],
    ['sip:1013@pbx.example.com', 'peer-to-peer', ['Evacuation']],
    ['sip:1002@192.168.0.90', 'peer-to-peer', []],
    ['sip:1002@192.168.0.90', 'office', ['Doorbell']],
    ['no address', 'peer-to-peer', []],
  ])('are for %s on the account %s: %j', (localUri, account, expected) => {
    expect(profiles(localUri, account)).toEqual(expected);
  });
});
