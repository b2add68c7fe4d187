import { describe, expect, it } from '@jest/globals';
import { accountSchema, accountsSchema, PEER_TO_PEER_ACCOUNT } from './account.js';

const registered = { id: 'pbx', mode: 'registered', userId: 'siren', registrar: 'pbx.example.com:5080' };

describe('an account', () => {
  it('has the defaults of the manual', () => {
    expect(accountSchema.parse(registered)).toMatchObject({
      active: true,
      isDefault: false,
      answerAutomatically: true,
      transport: 'udp',
      calledAddress: ['P-Called-Party-ID', 'History-Info', 'Diversion', 'To'],
    });
  });

  it('that registers needs a user ID and a registrar', () => {
    const result = accountSchema.safeParse({ id: 'pbx', mode: 'registered' });
    expect(result.error?.issues.map((issue) => issue.path[0])).toEqual(['userId', 'registrar']);
  });

  it.each(['http://pbx', 'pbx:port', 'a b', 'pbx/1'])('refuses %s as a registrar', (registrar) => {
    expect(accountSchema.safeParse({ ...registered, registrar }).success).toBe(false);
  });

  it.each(['pbx', '192.0.2.1:5062', '[2001:db8::1]:5060'])('takes %s as a registrar', (registrar) => {
    expect(accountSchema.parse({ ...registered, registrar }).registrar).toBe(registrar);
  });

  it.each(['1001@pbx', 'a b', '<x>'])('refuses %s as a user ID', (userId) => {
    expect(accountSchema.safeParse({ ...registered, userId }).success).toBe(false);
  });
});

describe('the list of accounts', () => {
  it('has exactly one default', () => {
    const account = accountSchema.parse(registered);
    expect(accountsSchema.safeParse([PEER_TO_PEER_ACCOUNT, account]).success).toBe(true);
    expect(accountsSchema.safeParse([account]).success).toBe(false);
    expect(accountsSchema.safeParse([PEER_TO_PEER_ACCOUNT, { ...account, isDefault: true }]).success).toBe(
      false,
    );
  });

  it('has no id twice', () => {
    const result = accountsSchema.safeParse([
      PEER_TO_PEER_ACCOUNT,
      { ...PEER_TO_PEER_ACCOUNT, isDefault: false },
    ]);
    expect(result.error?.issues[0]?.path).toEqual([1, 'id']);
  });
});
