import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { callInvitation } from '../../test/support/call-invitation.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { silentLog } from '../base/log.js';
import { AccountDirectory } from './account-directory.js';
import { accountSchema, PEER_TO_PEER_ACCOUNT } from './account.js';
import { TrustedServers } from './trusted-servers.js';

const account = (fields: object) =>
  accountSchema.parse({ id: 'office', mode: 'registered', userId: 'siren', registrar: 'pbx', ...fields });

const none = () => Promise.resolve([]);
let clock: FakeClock;
let hosts: Record<string, string>;
let trust: TrustedServers;

beforeEach(() => {
  clock = new FakeClock();
  hosts = {};
  const a = (name: string) => {
    const address = hosts[name];
    return Promise.resolve(address === undefined ? [] : [{ address, ttl: 300 }]);
  };
  trust = new TrustedServers({ clock, log: silentLog, dns: { naptr: none, srv: none, aaaa: none, a } });
});

afterEach(() => {
  trust.close();
  expect(clock.pending).toEqual([]);
});

describe('the servers of an account', () => {
  it('are its registrars and proxies by address, with or without a port', () => {
    const office = account({
      registrar: '192.0.2.1:5070',
      secondaryRegistrar: '[2001:db8::1]:5060',
      proxies: [{ server: '198.51.100.1' }],
    });
    trust.setAccounts([office]);
    const seen = (address: string) => trust.trustOf(office, address);
    expect(['192.0.2.1', '::ffff:192.0.2.1', '2001:DB8:0::1', '198.51.100.1'].map(seen)).toEqual(
      Array<string>(4).fill('trusted'),
    );
    expect(seen('192.0.2.2')).toBe('stranger');
    expect(trust.trustOf(PEER_TO_PEER_ACCOUNT, '192.0.2.1')).toBe('stranger');
  });

  it('are what its names stand for; until that is known, nobody can say', async () => {
    hosts = { 'pbx.example.com': '192.0.2.7' };
    const office = account({ registrar: 'PBX.example.com' });
    trust.setAccounts([office]);
    expect(trust.trustOf(office, '192.0.2.7')).toBe('unknown');
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(trust.trustOf(office, '192.0.2.7')).toBe('trusted');
    expect(trust.trustOf(office, '192.0.2.8')).toBe('stranger');
  });

  it('are joined by the blocks of the settings', () => {
    trust.setBlocks(['203.0.113.0/24', '2001:db8:1::/48']);
    expect(trust.trustOf(undefined, '203.0.113.9')).toBe('trusted');
    expect(trust.trustOf(undefined, '2001:db8:1::9')).toBe('trusted');
    expect(trust.trustOf(undefined, '203.0.114.9')).toBe('stranger');
  });
});

describe('the account of a call', () => {
  const office = account({ registrar: '192.0.2.1' });
  const guarded = { ...PEER_TO_PEER_ACCOUNT, callerPassword: 's3cret' };

  it('is the one that line or the user names, from anywhere, while nobody must know a password', () => {
    trust.setAccounts([office, PEER_TO_PEER_ACCOUNT]);
    const directory = new AccountDirectory([office, PEER_TO_PEER_ACCOUNT]);
    const from = (changes: object) => directory.accountFor(callInvitation(changes), trust)?.id;
    expect(from({ line: 'office', sourceAddress: '10.0.0.1' })).toBe('office');
    expect(from({ requestUser: 'siren', sourceAddress: '10.0.0.1' })).toBe('office');
    expect(from({})).toBe('peer-to-peer');
  });

  it('cannot be chosen to get round the password of the peer-to-peer account', () => {
    trust.setAccounts([office, guarded]);
    const directory = new AccountDirectory([office, guarded]);
    const from = (changes: object) => directory.accountFor(callInvitation(changes), trust)?.id;
    expect(from({ line: 'office', sourceAddress: '10.0.0.1' })).toBe('peer-to-peer');
    expect(from({ requestUser: 'siren', sourceAddress: '10.0.0.1' })).toBe('peer-to-peer');
    expect(from({ line: 'office', sourceAddress: '192.0.2.1' })).toBe('office');
  });
});
