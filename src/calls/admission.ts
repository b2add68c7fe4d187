import type { Account } from './account.js';
import { findCalledAddress, withoutParameters, type CalledAddress } from './called-address.js';
import type { CallInvitation } from './signaling.js';
import type { SipSettings } from './sip-settings.js';

/** What admission looks at besides the invitation. */
export interface AdmissionFacts {
  readonly settings: Pick<SipSettings, 'enabled' | 'allowIncomingCalls' | 'maxConcurrentCalls'>;
  /** The account the call came for; none means that no active account takes it. */
  readonly account: Account | undefined;
  /** Calls in progress, this one not counted. */
  readonly callsInProgress: number;
}

export type AdmissionRefusal = 'sipDisabled' | 'incomingCallsNotAllowed' | 'noAccount' | 'tooManyCalls';

/** Whether a call may come in, with the reason as data: the log, the API and the page show the same. */
export type AdmissionDecision =
  | {
      readonly admitted: true;
      readonly account: Account;
      readonly called: CalledAddress;
      readonly remoteUri: string;
    }
  | {
      readonly admitted: false;
      readonly refusal: AdmissionRefusal;
      /** The SIP status to refuse with. */
      readonly status: number;
      readonly detail: string;
    };

/** Decides on an incoming call before anything rings. The order of the checks is the order of the code. */
export function admit(invitation: CallInvitation, facts: AdmissionFacts): AdmissionDecision {
  if (!facts.settings.enabled) return refuse('sipDisabled', 403, 'SIP is turned off in the settings');
  if (!facts.settings.allowIncomingCalls) {
    return refuse('incomingCallsNotAllowed', 403, 'incoming calls are not allowed in the SIP settings');
  }
  if (facts.account === undefined) {
    return refuse('noAccount', 404, 'no active account takes calls for this address');
  }
  if (facts.callsInProgress >= facts.settings.maxConcurrentCalls) {
    return refuse(
      'tooManyCalls',
      503,
      `${facts.settings.maxConcurrentCalls} calls are in progress, which is the limit`,
    );
  }
  return {
    admitted: true,
    account: facts.account,
    called: findCalledAddress(invitation, facts.account),
    remoteUri: withoutParameters(invitation.fromUri),
  };
}

function refuse(refusal: AdmissionRefusal, status: number, detail: string): AdmissionDecision {
  return { admitted: false, refusal, status, detail };
}
