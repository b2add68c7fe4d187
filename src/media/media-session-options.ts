import type { AudioCodecName } from './codecs/audio-codec.js';
import type { MediaEncryption } from './srtp/media-encryption.js';

export interface MediaSessionOptions {
  /** The numeric address at which the peer reaches us, for c= lines. */
  readonly advertisedAddress: string;
  /** In the order of preference. */
  readonly codecs: readonly AudioCodecName[];
  /** Payload type of telephone events in our offers, 96 to 127; an answer follows the offer's. Default 101. */
  readonly dtmfPayloadType?: number;
  /** What the device is set to. Default sendrecv. */
  readonly direction?: 'sendrecv' | 'sendonly' | 'recvonly';
  /**
   * Where the peer's signaling comes from, a numeric address. Audio from behind an address translator is then
   * taken from this host too, not only from the negotiated one. Default: unknown, see `setPeerAddress`.
   */
  readonly peerAddress?: string;
  /** Further hosts whose audio may be the peer's, such as the servers of the account. Default: none. */
  readonly mayLatchTo?: (address: string) => boolean;
  /** After how many milliseconds without RTP and RTCP `onSilence` is called; 0 for never. Default 0. */
  readonly silenceAfter?: number;
  /** Whether audio is encrypted (SRTP with keys in the session description, RFC 4568). Default none. */
  readonly encryption?: MediaEncryption;
  /**
   * Whether session descriptions go over TLS. Without, keys are neither sent nor taken: best effort is plain
   * then, and mandatory refuses. Default false.
   */
  readonly isSignalingSecure?: boolean;
}

/** What an offer inside a call shall change. */
export interface MediaOfferOptions {
  /** Puts the call on hold or takes it back, once the peer has agreed. Default: it stays as it is. */
  readonly hold?: boolean;
  /** Offers new keys for encryption. Default false: those in use stay. */
  readonly renewKeys?: boolean;
}

/** How keys are pressed; in milliseconds, rounded to whole frames of 20 ms. */
export interface KeyPressOptions {
  /** From 40. Default 160. */
  readonly press?: number;
  /** From 40. Default 80. */
  readonly pause?: number;
}
