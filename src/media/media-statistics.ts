import type { AudioCodecName } from './audio-codec.js';

/** What went over the line in one call. */
export interface MediaStatistics {
  /** None before the first negotiation. */
  readonly codec?: AudioCodecName;
  /** Where our audio goes: the negotiated address, or the translator's that was learned. */
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  /** Packets of RTP. */
  readonly sent: number;
  /** Payload only, as RTCP counts it. */
  readonly octetsSent: number;
  readonly received: number;
  readonly octetsReceived: number;
  /** Packets that the peer sent and that never came. */
  readonly lost: number;
  /** Packets that were no valid RTP of this call: malformed, from elsewhere, or of a type nobody agreed on. */
  readonly ignored: number;
  /** Interarrival jitter of what we receive (RFC 3550 section 6.4.1), in milliseconds. */
  readonly jitter: number;
  /** There and back, in milliseconds; from the peer's latest RTCP report. */
  readonly roundTrip?: number;
  /** Packets of ours that the peer says it did not get. */
  readonly lostAtPeer?: number;
  /** Jitter that the peer sees, in milliseconds. */
  readonly jitterAtPeer?: number;
}
