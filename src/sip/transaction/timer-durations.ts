import { SipsirenError } from '../../base/errors.js';
import type { TimerSettings } from './transaction.js';

/** Every timer of table 4 of RFC 3261 and of RFC 6026, in milliseconds, for an unreliable transport. */
export interface TimerDurations {
  /** First interval of A, E and G: T1. */
  readonly firstRetransmission: number;
  /** Upper bound of the intervals of E and G: T2. */
  readonly longestRetransmission: number;
  /** 64*T1: B, D, F, H, J, L, M, and the wait for a cancelled INVITE. */
  readonly giveUp: number;
  /** T4: I and K. */
  readonly drain: number;
  /** How long an INVITE waits for the transaction user before we send a 100 (section 17.2.1). */
  readonly inviteTrying: number;
  /** How long another request waits for its 100: until the client's timer E has grown to T2 (RFC 4320 section 4.1). */
  readonly nonInviteTrying: number;
}

/** The defaults of RFC 3261 table 4. */
const DEFAULTS: TimerSettings = { t1: 500, t2: 4_000, t4: 5_000 };

/** The durations that follow from T1, T2 and T4. Error: INVALID_VALUE where one is not a positive number. */
export function timerDurations(settings: Partial<TimerSettings> = {}): TimerDurations {
  const { t1, t2, t4 } = { ...DEFAULTS, ...settings };
  if (!(t1 > 0 && t2 >= t1 && t4 > 0 && t2 < Infinity && t4 < Infinity)) {
    throw new SipsirenError('INVALID_VALUE', 'The SIP timers T1, T2 and T4 do not fit together.', {
      accepted: 'milliseconds above 0, T2 not below T1',
    });
  }
  return {
    firstRetransmission: t1,
    longestRetransmission: t2,
    giveUp: 64 * t1,
    drain: t4,
    inviteTrying: 200,
    nonInviteTrying: timeToReach(t2, t1),
  };
}

/** The sum of the doubling intervals from `first` that are shorter than `longest`. */
function timeToReach(longest: number, first: number): number {
  let total = 0;
  for (let interval = first; interval < longest; interval *= 2) total += interval;
  return total;
}
