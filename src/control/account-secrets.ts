import type { Account } from '../calls/account.js';

type Proxy = Account['proxies'][number];

/** An account as it may be shown: passwords are written, never read. */
export type ShownAccount = Omit<Account, 'password' | 'proxies'> & {
  readonly hasPassword: boolean;
  readonly proxies: readonly (Omit<Proxy, 'password'> & { readonly hasPassword: boolean })[];
};

/** The account without its passwords. */
export function withoutSecrets(account: Account): ShownAccount {
  const { password, proxies, ...shown } = account;
  return {
    ...shown,
    hasPassword: password !== '',
    proxies: proxies.map(({ password: secret, ...proxy }) => ({ ...proxy, hasPassword: secret !== '' })),
  };
}

/** What a client sends back of what it was shown: `hasPassword` says nothing that could be taken over. */
export function withoutMarks(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { hasPassword, ...account } = value;
  const { proxies } = account;
  // Anything but the mark that was shown is a field that does not exist, and the schema says so.
  const kept = typeof hasPassword === 'boolean' || hasPassword === undefined ? account : value;
  return Array.isArray(proxies) ? { ...kept, proxies: proxies.map(withoutMarks) } : kept;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The new account, with the stored passwords where it brings none. A proxy's password stays with its server and user. */
export function keepSecrets(fresh: Account, stored: Account): Account {
  return {
    ...fresh,
    password: fresh.password === '' ? stored.password : fresh.password,
    proxies: fresh.proxies.map((proxy) =>
      proxy.password === '' ? { ...proxy, password: secretOf(proxy, stored) } : proxy,
    ),
  };
}

function secretOf(proxy: Proxy, stored: Account): string {
  const same = stored.proxies.find((one) => one.server === proxy.server && one.username === proxy.username);
  return same?.password ?? '';
}
