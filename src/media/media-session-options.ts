import type { AudioCodecName } from './codecs/audio-codec.js';

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
}

/** How keys are pressed; in milliseconds, rounded to whole frames of 20 ms. */
export interface KeyPressOptions {
  /** From 40. Default 160. */
  readonly press?: number;
  /** From 40. Default 80. */
  readonly pause?: number;
}
