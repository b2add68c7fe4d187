import { seconds, type Duration } from '../base/duration.js';
import type { Account } from './account.js';
import { requestedAnswer } from './answer-request.js';
import type { CallInvitation } from './signaling.js';
import type { TrustedServers } from './trusted-servers.js';

/** How a call that was admitted begins. */
export type AnswerPolicy =
  { readonly kind: 'answer' } | { readonly kind: 'ring'; readonly answerAfter?: Duration };

/**
 * Whether a call is answered at once, after a while, or when somebody does so. A caller's wish counts where the
 * account allows it, and on a registered account only where its server sent it: an answer without
 * anybody at hand opens the microphone of many devices, so RFC 5373 section 6 wants it authorized. Callers of a
 * peer-to-peer account are those that its password and the access list let in.
 */
export function answerPolicy(
  account: Account,
  invitation: CallInvitation,
  trust: Pick<TrustedServers, 'trustOf'>,
): AnswerPolicy {
  const after = account.answerAutomatically ? account.answerAfterSeconds : wishOf(account, invitation, trust);
  if (after === 0) return { kind: 'answer' };
  return after === undefined ? { kind: 'ring' } : { kind: 'ring', answerAfter: seconds(after) };
}

function wishOf(
  account: Account,
  invitation: CallInvitation,
  trust: Pick<TrustedServers, 'trustOf'>,
): number | undefined {
  if (!account.answerOnRequest) return undefined;
  const isOpen =
    account.mode === 'peer-to-peer' || trust.trustOf(account, invitation.sourceAddress) === 'trusted';
  return isOpen ? requestedAnswer(invitation) : undefined;
}
