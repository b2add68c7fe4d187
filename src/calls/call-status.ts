import type { AccountId, CallId } from '../base/ids.js';
import type { CallDirection, CallState, CallStateChangeReason } from '../events/device-event.js';
import type { MediaStatistics } from '../media/media-statistics.js';

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
  readonly remoteName?: string;
  /** The numeric address and port that the call came from. */
  readonly source?: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  /** Keys the peer pressed, in order. */
  readonly digits: string;
  readonly media?: MediaStatistics;
}
