import type { Account, AccountInput } from '../calls/account.js';

type Proxy = Account['proxies'][number];
type ProxyInput = AccountInput['proxies'][number];

/** An account as it may be shown: passwords are written, never read. */
export type ShownAccount = Omit<Account, 'password' | 'callerPassword' | 'proxies'> & {
  readonly hasPassword: boolean;
  readonly hasCallerPassword: boolean;
  readonly proxies: readonly (Omit<Proxy, 'password'> & { readonly hasPassword: boolean })[];
};

/** The account without its passwords. */
export function withoutSecrets(account: Account): ShownAccount {
  const { password, callerPassword, proxies, ...shown } = account;
  return {
    ...shown,
    hasPassword: password !== '',
    hasCallerPassword: callerPassword !== '',
    proxies: proxies.map(({ password: secret, ...proxy }) => ({ ...proxy, hasPassword: secret !== '' })),
  };
}

/** What a client sends back of what it was shown: the marks say nothing that could be taken over. */
export function withoutMarks(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { hasPassword, hasCallerPassword, ...account } = value;
  // Anything but the mark that was shown is a field that does not exist, and the schema says so.
  const kept = {
    ...account,
    ...(isMark(hasPassword) ? {} : { hasPassword }),
    ...(isMark(hasCallerPassword) ? {} : { hasCallerPassword }),
  };
  const { proxies } = account;
  return Array.isArray(proxies) ? { ...kept, proxies: proxies.map(withoutMarks) } : kept;
}

function isMark(value: unknown): boolean {
  return typeof value === 'boolean' || value === undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The account that a client gives, with the stored passwords where it brings none. A proxy's password stays with
 * its server and user, and a password for callers goes when the account no longer is for them.
 */
export function withSecrets(fresh: AccountInput, stored?: Account): Account {
  return {
    ...fresh,
    password: secretOf(fresh.password, stored?.password),
    callerPassword: fresh.mode === 'registered' ? '' : secretOf(fresh.callerPassword, stored?.callerPassword),
    proxies: fresh.proxies.map((proxy) => ({
      ...proxy,
      password: secretOf(proxy.password, sameProxy(proxy, stored)?.password),
    })),
  };
}

function secretOf(given: string | null, stored = ''): string {
  if (given === null) return '';
  return given === '' ? stored : given;
}

function sameProxy(proxy: ProxyInput, stored: Account | undefined): Proxy | undefined {
  return stored?.proxies.find((one) => one.server === proxy.server && one.username === proxy.username);
}
