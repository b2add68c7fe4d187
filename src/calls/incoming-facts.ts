import type { AccountId, CallId } from '../base/ids.js';
import type { Mutable } from '../base/mutable.js';
import type { AdmissionRefusal } from './admission.js';
import type { CallFacts } from './call-facts.js';
import { withoutParameters, type CalledAddress } from './called-address.js';
import { shownIdentity, type CallerIdentity } from './caller-identity.js';
import type { CallInvitation } from './signaling.js';

export interface IncomingKnown {
  readonly callId: CallId;
  /** None where no account takes the call, or nobody looked. */
  readonly account?: AccountId | undefined;
  readonly identity: CallerIdentity;
  /** What was dialled. Default: the request-URI. */
  readonly called?: CalledAddress;
  readonly refusal?: AdmissionRefusal;
}

/** What is told of a call that came in. */
export function incomingFacts(invitation: CallInvitation, known: IncomingKnown): CallFacts {
  const { uri, name, source } = shownIdentity(known.identity);
  const facts: Mutable<CallFacts> = {
    callId: known.callId,
    direction: 'Incoming',
    account: known.account ?? ('' as AccountId),
    localUri: known.called?.uri ?? withoutParameters(invitation.requestUri),
    remoteUri: uri,
    remoteUriSource: source,
    source: `${invitation.sourceAddress}:${invitation.sourcePort}`,
    transport: invitation.transport,
  };
  if (known.called !== undefined) facts.localUriSource = known.called.source;
  if (name !== undefined) facts.remoteName = name;
  if (known.refusal !== undefined) facts.refusal = known.refusal;
  return facts;
}
