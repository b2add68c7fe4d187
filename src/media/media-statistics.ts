import type { Mutable } from '../base/mutable.js';
import type { AudioReceiver } from './audio-receiver.js';
import { callQuality } from './call-quality.js';
import type { AudioCodecName } from './codecs/audio-codec.js';
import type { NegotiatedAudio } from './negotiation.js';
import type { RtcpReporter } from './rtcp-reporter.js';
import type { RtpReceiver } from './rtp-receiver.js';
import type { RtpSender } from './rtp-sender.js';
import type { MediaAddress } from './session-description.js';
import type { CryptoSuiteName } from './srtp/crypto-suite.js';
import type { SecureStream } from './srtp/secure-stream.js';

/** What went over the line in one call. */
export interface MediaStatistics {
  /** What we send; none before the first negotiation. */
  readonly codec?: AudioCodecName;
  /** What the peer sends; none before its first packet of audio. */
  readonly codecReceived?: AudioCodecName;
  /** What packets are protected with; none in the clear. */
  readonly encryption?: CryptoSuiteName;
  /** With encryption: packets that were not protected with the peer's key, so a stranger's, changed, or in the clear. */
  readonly forged?: number;
  /** With encryption: packets that somebody sent a second time, or that came too late to tell. */
  readonly replayed?: number;
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
  /** Packets that came twice. */
  readonly duplicates: number;
  /** Packets that came too late to be heard; none while nobody listens. */
  readonly late?: number;
  /** Packets that were no valid RTP of this call: malformed, from elsewhere, or of a type nobody agreed on. */
  readonly ignored: number;
  /** Interarrival jitter of what we receive (RFC 3550 section 6.4.1), in milliseconds. */
  readonly jitter: number;
  /** When the latest packets left and came, in milliseconds since the Unix epoch. */
  readonly lastSentAt?: number;
  readonly lastReceivedAt?: number;
  /** There and back, in milliseconds; from the peer's latest RTCP report. */
  readonly roundTrip?: number;
  /** Packets of ours that the peer says it did not get. */
  readonly lostAtPeer?: number;
  /** Jitter that the peer sees, in milliseconds. */
  readonly jitterAtPeer?: number;
  /** How good what comes from the peer is, from 1 to 4.4 (an estimated mean opinion score); none before something came. */
  readonly quality?: number;
  /** The same for what the peer hears of us; none before it reported. */
  readonly qualityAtPeer?: number;
}

/** The parts of a session that count. */
export interface CountingParts {
  readonly audio: NegotiatedAudio | undefined;
  readonly sender: RtpSender;
  readonly receiver: RtpReceiver;
  readonly reporter: RtcpReporter;
  readonly sound: AudioReceiver | undefined;
  readonly destination: MediaAddress | undefined;
  readonly ignored: number;
  readonly security: SecureStream;
  readonly now: number;
  readonly wallTime: number;
}

export function sessionStatistics(parts: CountingParts): MediaStatistics {
  const { audio, sender, receiver, reporter, destination, security } = parts;
  const statistics: Mutable<MediaStatistics> = {
    sent: sender.packetsSent,
    octetsSent: sender.octetsSent,
    received: receiver.packetsReceived,
    octetsReceived: receiver.octetsReceived,
    lost: receiver.packetsLost,
    duplicates: receiver.packetsDoubled,
    ignored: parts.ignored,
    jitter: inHundredths(receiver.jitter),
  };
  if (audio !== undefined) statistics.codec = audio.codec.name;
  if (receiver.codec !== undefined) statistics.codecReceived = receiver.codec.name;
  if (security.suite !== undefined)
    Object.assign(statistics, { encryption: security.suite, ...security.counts });
  if (parts.sound !== undefined) statistics.late = parts.sound.late;
  if (destination !== undefined) {
    statistics.remoteAddress = destination.address;
    statistics.remotePort = destination.port;
  }
  const epoch = parts.wallTime - parts.now;
  if (sender.lastSentAt !== undefined) statistics.lastSentAt = Math.round(epoch + sender.lastSentAt);
  if (receiver.lastReceivedAt !== undefined) {
    statistics.lastReceivedAt = Math.round(epoch + receiver.lastReceivedAt);
  }
  const { peer } = reporter;
  const { received: arrived, lost, jitter } = statistics;
  const quality = callQuality({
    arrived,
    lost: lost + (statistics.late ?? 0),
    jitter,
    roundTrip: peer?.roundTrip,
  });
  if (quality !== undefined) statistics.quality = quality;
  if (peer === undefined) return statistics;
  statistics.lostAtPeer = peer.packetsLost;
  statistics.jitterAtPeer = inHundredths(peer.jitter);
  if (peer.roundTrip !== undefined) statistics.roundTrip = peer.roundTrip;
  const qualityAtPeer = callQuality({
    arrived: statistics.sent - peer.packetsLost,
    lost: peer.packetsLost,
    jitter: peer.jitter,
    roundTrip: peer.roundTrip,
  });
  if (qualityAtPeer !== undefined) statistics.qualityAtPeer = qualityAtPeer;
  return statistics;
}

function inHundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
