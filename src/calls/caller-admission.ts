import type { AccessFacts } from './access-list.js';
import type { AccessGuard } from './access-list-guard.js';
import type { Account } from './account.js';
import { admitCaller, type AdmissionFacts, type Refusal } from './admission.js';
import { callerIdentity, type CallerIdentity } from './caller-identity.js';
import { checkPassword, type PasswordQuestion, type PasswordWatch } from './caller-password.js';
import type { CallSetup } from './call-factory.js';
import type { CallInvitation } from './call-invitation.js';
import type { TrustedServers } from './trusted-servers.js';

/** What a caller gets whom the access list refuses. */
const FORBIDDEN = 403;

export interface CallerAdmissionOptions {
  readonly setup: CallSetup;
  readonly trust: Pick<TrustedServers, 'trustOf'>;
  /** The access list. Default: none, which lets everybody in. */
  readonly access?: Pick<AccessGuard, 'refusalOf' | 'decide'> | undefined;
  /** Hears who guesses passwords. Default: nobody. */
  readonly guard?: PasswordWatch | undefined;
}

/** Who asks, as far as it is known before anything is decided. */
export interface Asker {
  readonly account: Account | undefined;
  readonly identity: CallerIdentity;
}

/** How somebody is refused. */
export type RefusalWay =
  /** With the reason. */
  | { readonly kind: 'refuse' }
  /** So that as little as possible is learnt; it is listed where it is reported. */
  | { readonly kind: 'turnAway'; readonly silent: boolean; readonly isReported: boolean }
  /** The challenge was the answer already. */
  | { readonly kind: 'answered' };

export type CallerJudgement =
  | { readonly verdict: 'admitted'; readonly account: Account }
  /** It was asked for the password, and comes back. */
  | { readonly verdict: 'asked' }
  | { readonly verdict: 'refused'; readonly refusal: Refusal; readonly way: RefusalWay };

/**
 * Decides whether somebody may call, and alike on messages and subscriptions: access list, settings, account and
 * password, in this order. Whether there is room for one call more is another question.
 */
export class CallerAdmission {
  readonly #options: CallerAdmissionOptions;

  constructor(options: CallerAdmissionOptions) {
    this.#options = options;
  }

  /** The account that it is for, and who it is. */
  askerOf({ invitation }: Pick<PasswordQuestion, 'invitation'>): Asker {
    const { setup, trust } = this.#options;
    const account = setup.directory.accountFor(invitation, trust);
    return { account, identity: callerIdentity(invitation, account, trust) };
  }

  /** Whether the access list lets in who was let in before; nothing is logged. */
  isWelcome(question: Pick<PasswordQuestion, 'invitation'>): boolean {
    const { identity } = this.askerOf(question);
    return this.#options.access?.decide(accessFacts(question.invitation, identity)).allowed ?? true;
  }

  judge(
    question: PasswordQuestion,
    { identity }: Asker,
    facts: Pick<AdmissionFacts, 'settings' | 'account'>,
  ): CallerJudgement {
    const turnedAway = this.#turnedAway(question, identity);
    if (turnedAway) return turnedAway;
    const decision = admitCaller(facts);
    if (decision.admitted) return this.#proven(question, decision.account);
    return { verdict: 'refused', refusal: decision, way: { kind: 'refuse' } };
  }

  #turnedAway({ invitation }: PasswordQuestion, identity: CallerIdentity): CallerJudgement | undefined {
    const access = this.#options.access?.refusalOf(accessFacts(invitation, identity));
    if (access === undefined) return undefined;
    const { detail, silent, isReported } = access;
    const refusal: Refusal = { admitted: false, refusal: 'accessList', status: FORBIDDEN, detail };
    return { verdict: 'refused', refusal, way: { kind: 'turnAway', silent, isReported } };
  }

  #proven(question: PasswordQuestion, account: Account): CallerJudgement {
    const check = checkPassword(question, account, this.#options.guard);
    if (check.kind === 'known') return { verdict: 'admitted', account };
    if (check.kind === 'asked') return { verdict: 'asked' };
    return { verdict: 'refused', refusal: check.refusal, way: { kind: 'answered' } };
  }
}

function accessFacts({ sourceAddress }: CallInvitation, { uri, name }: CallerIdentity): AccessFacts {
  return { sourceAddress, callerUri: uri, callerName: name };
}
