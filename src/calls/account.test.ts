import { describe, expect, it } from '@jest/globals';
import { accountInputSchema, accountSchema, accountsSchema, PEER_TO_PEER_ACCOUNT } from './account.js';

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

describe('fields that contradict each other', () => {
  const peer = { id: 'p', mode: 'peer-to-peer' };
  it.each([
    [{ ...peer, mediaEncryption: 'mandatory' }, 'mediaEncryption', 'needs transport mode TLS'],
    [{ ...peer, sips: true }, 'sips', 'needs transport mode TLS'],
    [{ ...peer, secondaryRegistrar: 'pbx2' }, 'secondaryRegistrar', 'is for registered accounts'],
    [{ ...registered, callerPassword: 'x' }, 'callerPassword', 'is for peer-to-peer accounts'],
    [
      { ...registered, callerPassword: 'x', transport: 'tls', sips: true },
      'callerPassword',
      'prove themselves',
    ],
  ])('are refused: %o', (account, field, reason) => {
    const [issue, ...others] = accountSchema.safeParse(account).error?.issues ?? [];
    expect(issue).toMatchObject({ path: [field], message: expect.stringContaining(reason) });
    expect(others).toEqual([]);
  });

  it('are no contradiction with transport mode TLS', () => {
    expect(
      accountSchema.safeParse({ ...registered, transport: 'tls', mediaEncryption: 'mandatory', sips: true })
        .success,
    ).toBe(true);
  });
});

describe('an account as a client gives it', () => {
  it('may take passwords away with null', () => {
    const proxies = [{ server: 'proxy', password: null }];
    const account = accountInputSchema.parse({
      ...registered,
      password: null,
      callerPassword: null,
      proxies,
    });
    expect(account).toMatchObject({ password: null, callerPassword: null, proxies: [{ password: null }] });
    expect(accountSchema.safeParse({ ...registered, password: null }).success).toBe(false);
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
