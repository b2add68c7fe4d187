/** Why a subscription is over, as the subscriber is told (RFC 6665 section 4.1.3). */
export type TerminationReason =
  'deactivated' | 'probation' | 'rejected' | 'timeout' | 'giveup' | 'noresource' | 'invariant';

/** How a subscription stands. */
export type Standing =
  | { readonly state: 'active'; readonly seconds: number }
  | {
      readonly state: 'terminated';
      readonly reason: TerminationReason;
      /** When to subscribe anew, in seconds; for `probation` and `giveup`. */
      readonly retryAfter?: number;
    };

/** The value of Subscription-State (RFC 6665 section 8.2.3). */
export function subscriptionState(standing: Standing): string {
  if (standing.state === 'active') return `active;expires=${standing.seconds}`;
  const { reason, retryAfter } = standing;
  return `terminated;reason=${reason}${retryAfter === undefined ? '' : `;retry-after=${retryAfter}`}`;
}
