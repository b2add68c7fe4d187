import type { Account } from './account.js';
import type { SipSettings } from './sip-settings.js';

/** What admission looks at. */
export interface AdmissionFacts {
  readonly settings: Pick<SipSettings, 'enabled' | 'allowIncomingCalls' | 'maxConcurrentCalls'>;
  /** The account the call came for; none means that no active account takes it. */
  readonly account: Account | undefined;
  /** Calls in progress, this one not counted. */
  readonly callsInProgress: number;
  /** Those of them that belong to an account. */
  readonly callsOf: (account: Account) => number;
  /** Whether the call comes from somewhere else than the servers that there are. Default: false. */
  readonly isStranger?: boolean;
}

/** Of this many places one is kept for calls from servers. */
const PLACES_PER_KEPT = 4;

/** The check that said no. */
export type AdmissionRefusal =
  | 'accessList'
  | 'sipDisabled'
  | 'incomingCallsNotAllowed'
  | 'noAccount'
  | 'wrongPassword'
  | 'accountFull'
  | 'tooManyCalls';

/** A refusal with its reason as data: the log, the API and the page show the same. */
export interface Refusal {
  readonly admitted: false;
  readonly refusal: AdmissionRefusal;
  /** The SIP status to refuse with. */
  readonly status: number;
  readonly detail: string;
}

/** Whether somebody may call at all, and which account takes it. */
export type CallerDecision = { readonly admitted: true; readonly account: Account } | Refusal;

/** Whether there is a place for one call more. */
export type PlaceDecision =
  /** `replaces`: the account is full, and its oldest call makes room once this one is there. */
  { readonly admitted: true; readonly replaces: boolean } | Refusal;

/** Decides on the caller, before it is asked for a password. The order of the checks is the order of the code. */
export function admitCaller({
  settings,
  account,
}: Pick<AdmissionFacts, 'settings' | 'account'>): CallerDecision {
  if (!settings.enabled) return refuse('sipDisabled', 403, 'SIP is turned off in the settings');
  if (!settings.allowIncomingCalls) {
    return refuse('incomingCallsNotAllowed', 403, 'incoming calls are not allowed in the SIP settings');
  }
  if (account === undefined) {
    return refuse('noAccount', 404, 'no active account takes calls for this address');
  }
  return { admitted: true, account };
}

/** Decides whether there is room, before anything rings. */
export function admitCall(
  account: Account,
  { settings, callsInProgress, callsOf, isStranger }: AdmissionFacts,
): PlaceDecision {
  const isFull = account.maxCalls !== null && callsOf(account) >= account.maxCalls;
  if (isFull && account.whenFull === 'busy') {
    const most = account.maxCalls === 1 ? 'a call' : `${account.maxCalls} calls`;
    return refuse('accountFull', 486, `the account has ${most} already, which is its limit`);
  }
  // A call that takes the place of another makes the device no fuller.
  const others = callsInProgress - (isFull ? 1 : 0);
  if (others >= settings.maxConcurrentCalls) {
    return refuse(
      'tooManyCalls',
      503,
      `${settings.maxConcurrentCalls} calls are in progress, which is the limit`,
    );
  }
  // Whoever may call directly could otherwise hold all places, and the alarm of the PBX would find none.
  const kept = isStranger === true ? Math.floor(settings.maxConcurrentCalls / PLACES_PER_KEPT) : 0;
  if (others >= settings.maxConcurrentCalls - kept) {
    return refuse(
      'tooManyCalls',
      503,
      `${others} calls are in progress, and the last ${kept} places are kept for calls from servers`,
    );
  }
  return { admitted: true, replaces: isFull };
}

function refuse(refusal: AdmissionRefusal, status: number, detail: string): Refusal {
  return { admitted: false, refusal, status, detail };
}
