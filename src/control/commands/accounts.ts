import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { randomToken } from '../../base/ids.js';
import { type Account, accountInputSchema } from '../../calls/account.js';
import { withSecrets, withoutMarks, withoutSecrets } from '../account-secrets.js';
import { type Command, defineCommand } from '../command.js';
import { LIMITS } from '../limits.js';
import { refuseIfNamed } from '../named-by-rules.js';
import { quoted } from '../words.js';

const byId = z.strictObject({ id: z.string().describe('The id of the account.') });

/** An account as it was shown, or new; the device gives an id where the client gives none. */
const accountInput = (id: () => string) =>
  z.preprocess((value) => withId(withoutMarks(value), id), accountInputSchema);

function withId(value: unknown, id: () => string): unknown {
  return typeof value === 'object' && value !== null && !('id' in value) ? { ...value, id: id() } : value;
}

/** Stands in for the id that the path has already. */
const SAME_ID = 'same';

const list = defineCommand({
  name: 'accounts.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Every account, without its passwords.',
  input: z.strictObject({}),
  run: ({ services }) => services.config.get('accounts').map(withoutSecrets),
});

const get = defineCommand({
  name: 'accounts.get',
  kind: 'query',
  role: 'viewer',
  summary: 'One account, without its passwords.',
  input: byId,
  run: ({ services }, { id }) => withoutSecrets(find(services.config.get('accounts'), id)),
});

const create = defineCommand({
  name: 'accounts.create',
  kind: 'command',
  role: 'administrator',
  summary: 'Adds an account. Made the default, it takes that from the one that was.',
  input: z.strictObject({ account: accountInput(() => `account-${randomToken(4)}`) }),
  run: async ({ services }, input) => {
    const account = withSecrets(input.account);
    const next = await services.config.change(({ accounts }) => {
      if (accounts.some((one) => one.id === account.id)) {
        throw new SipsirenError(
          'CONFLICT',
          `There is an account with the id ${quoted(account.id)} already.`,
          { path: 'id' },
        );
      }
      if (accounts.length >= LIMITS.accounts) {
        throw new SipsirenError(
          'LIMIT_REACHED',
          `There can be ${LIMITS.accounts} accounts; delete one first.`,
        );
      }
      return { accounts: withOneDefault([...accounts, account], account) };
    });
    return withoutSecrets(find(next.accounts, account.id));
  },
});

const update = defineCommand({
  name: 'accounts.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Replaces an account. A password that is empty or left out stays as it is; null takes it away.',
  input: z.strictObject({ id: byId.shape.id, account: accountInput(() => SAME_ID) }),
  run: async ({ services }, { id, account }) => {
    const next = await services.config.change(({ accounts }) => {
      const stored = find(accounts, id);
      if (account.id !== id && account.id !== SAME_ID) {
        throw new SipsirenError('CONFLICT', 'The id of an account cannot be changed.', {
          path: 'id',
          accepted: id,
        });
      }
      if (stored.isDefault && !account.isDefault) throw needsDefault('isDefault');
      const fresh = withSecrets({ ...account, id: stored.id }, stored);
      return {
        accounts: withOneDefault(
          accounts.map((one) => (one.id === id ? fresh : one)),
          fresh,
        ),
      };
    });
    return withoutSecrets(find(next.accounts, id));
  },
});

const remove = defineCommand({
  name: 'accounts.delete',
  kind: 'command',
  role: 'administrator',
  summary:
    'Deletes an account, the peer-to-peer one too. The default one cannot be deleted, nor one that rules ask for.',
  input: byId,
  run: async ({ services }, { id }) => {
    await services.config.change(({ accounts, rules }) => {
      if (find(accounts, id).isDefault) throw needsDefault();
      refuseIfNamed(rules, 'account', id, `The account ${quoted(id)}`);
      return { accounts: accounts.filter((one) => one.id !== id) };
    });
  },
});

const refresh = defineCommand({
  name: 'accounts.refresh',
  kind: 'command',
  role: 'operator',
  summary: 'Registers an account now instead of when it is due.',
  input: byId,
  run: ({ services }, { id }) => {
    const account = find(services.config.get('accounts'), id);
    if (account.mode !== 'registered' || !account.active) {
      throw new SipsirenError(
        'CONFLICT',
        account.active
          ? `The account ${quoted(id)} is for direct calls and registers nowhere.`
          : `The account ${quoted(id)} is turned off; turn it on first.`,
      );
    }
    services.calls.refreshRegistration(account.id);
  },
});

function find(accounts: readonly Account[], id: string): Account {
  const found = accounts.find((account) => account.id === id);
  if (!found) throw new SipsirenError('NOT_FOUND', `There is no account with the id ${quoted(id)}.`);
  return found;
}

function withOneDefault(accounts: readonly Account[], changed: Account): Account[] {
  if (!changed.isDefault) return [...accounts];
  return accounts.map((one) =>
    one.id === changed.id || !one.isDefault ? one : { ...one, isDefault: false },
  );
}

function needsDefault(path?: string): SipsirenError {
  return new SipsirenError(
    'CONFLICT',
    'There must be a default account: make another one the default first.',
    {
      ...(path !== undefined && { path }),
    },
  );
}

export const ACCOUNT_COMMANDS = [list, get, create, update, remove, refresh] as readonly Command[];
