import type { AccountId, CallId } from '../base/ids.js';
import type { CallDirection, CallState, CallStateChangeReason } from '../events/device-event.js';
import type { MediaStatistics } from '../media/media-statistics.js';
import type { AdmissionRefusal } from './admission.js';
import type { RemoteUriSource } from './caller-identity.js';

/** A call as people and programs see it, in progress or over. */
export interface CallStatus {
  readonly callId: CallId;
  readonly direction: CallDirection;
  readonly state: CallState;
  /** The last change, and what is known beyond it. */
  readonly reason?: CallStateChangeReason;
  readonly detail?: string;
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
  /** Whether the other side holds the call. An alarm goes on all the same. */
  readonly held: boolean;
  /** The audio codec, as soon as both sides have agreed on one. */
  readonly codec?: string;
  /** The suite that the audio is encrypted with; absent where it is not. */
  readonly encryption?: string;
  /** How the audio that we receive sounds, from 1 (bad) to 4.5 (mean opinion score, estimated). */
  readonly quality?: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  /** Keys the peer pressed, in order. */
  readonly digits: string;
  readonly media?: MediaStatistics;
}
