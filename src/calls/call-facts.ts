import type { AccountId, CallId } from '../base/ids.js';
import type { CallDirection } from '../events/device-event.js';
import type { AdmissionRefusal } from './admission.js';
import type { RemoteUriSource } from './caller-identity.js';

/** What is known of a call from its start. */
export interface CallFacts {
  readonly callId: CallId;
  readonly direction: CallDirection;
  readonly account: AccountId;
  readonly localUri: string;
  /** Where the local SIP URI was found: the request-URI, or the header a PBX put it in. */
  readonly localUriSource?: string;
  readonly remoteUri: string;
  /** Where the remote URI was found: From, or P-Asserted-Identity of a trusted server. */
  readonly remoteUriSource?: RemoteUriSource;
  readonly remoteName?: string;
  /** The numeric address and port that the call came from. */
  readonly source?: string;
  /** How its signaling goes: udp, tcp, tls, ws or wss. */
  readonly transport?: string;
  /** Which check refused it. */
  readonly refusal?: AdmissionRefusal;
}
