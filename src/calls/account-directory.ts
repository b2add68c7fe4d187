import { SipsirenError } from '../base/errors.js';
import type { AccountId } from '../base/ids.js';
import type { Account } from './account.js';
import type { CallInvitation } from './signaling.js';
import type { TrustedServers } from './trusted-servers.js';

/** Finds accounts: by id, the default, and the one an incoming call belongs to. */
export class AccountDirectory {
  readonly #byId = new Map<AccountId, Account>();
  readonly #registeredByUser = new Map<string, Account>();
  readonly #default: Account | undefined;
  readonly #peerToPeer: Account | undefined;

  constructor(accounts: readonly Account[]) {
    for (const account of accounts) {
      this.#byId.set(account.id, account);
      if (account.active && account.mode === 'registered') {
        this.#registeredByUser.set(account.userId, account);
      }
    }
    this.#default = accounts.find((account) => account.isDefault && account.active);
    const peerToPeer = accounts.filter((account) => account.active && account.mode === 'peer-to-peer');
    this.#peerToPeer = peerToPeer.find((account) => account.isDefault) ?? peerToPeer[0];
  }

  get all(): readonly Account[] {
    return [...this.#byId.values()];
  }

  get(id: AccountId): Account | undefined {
    return this.#byId.get(id);
  }

  /** The account for calls that name none. */
  get default(): Account | undefined {
    return this.#default;
  }

  /** The account to call from, by default the default one. Throws NOT_FOUND, and CONFLICT for one that is not active. */
  callingAccount(id: AccountId | undefined): Account {
    const account = id === undefined ? this.#default : this.#byId.get(id);
    if (!account) {
      throw new SipsirenError('NOT_FOUND', `There is no account ${id ?? 'that is the default and active'}.`);
    }
    if (!account.active) throw new SipsirenError('CONFLICT', `The account ${account.id} is not active.`);
    return account;
  }

  /**
   * The account an incoming call belongs to: the one whose contact a server was given at registration
   * (`line` names it), else a registered one with that user, else the peer-to-peer account. Where callers of the
   * peer-to-peer account must know its password, a stranger cannot get round that by naming a registered account,
   * whose calls come from its servers.
   */
  accountFor(invitation: CallInvitation, trust: Pick<TrustedServers, 'trustOf'>): Account | undefined {
    const registered = this.#registeredFor(invitation);
    const guarded = this.#peerToPeer;
    if (registered === undefined) return guarded;
    if (guarded === undefined || guarded.callerPassword === '') return registered;
    return trust.trustOf(registered, invitation.sourceAddress) === 'stranger' ? guarded : registered;
  }

  #registeredFor({ line, requestUser }: CallInvitation): Account | undefined {
    const named = line === undefined ? undefined : this.#byId.get(line as AccountId);
    return named?.active ? named : this.#registeredByUser.get(requestUser);
  }
}
