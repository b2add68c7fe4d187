/** An audio codec by its name in session descriptions. */
export type AudioCodecName = 'PCMU' | 'PCMA' | 'G722' | 'opus' | 'L16';

/**
 * Makes payloads of one stream. It has a memory where its codec has one, so that each stream needs its own.
 * Both methods write from `offset` on and give the number of octets written.
 */
export interface AudioEncoder {
  encode(samples: Int16Array, target: Buffer, offset: number): number;
  /** The same for `count` samples of digital silence, which costs as little as the codec allows. */
  encodeSilence(count: number, target: Buffer, offset: number): number;
}

/** Makes sound of the payloads of one stream. */
export interface AudioDecoder {
  /** The samples of a payload, none where it is not one of this codec. The array may be reused by the next call. */
  decode(payload: Buffer): Int16Array;
  /** What the codec itself puts in the place of a lost packet; absent where it has no opinion. */
  conceal?(count: number): Int16Array;
}

/** One codec as a line of a session description names it: `opus/48000/2`. There is one object for each. */
export interface AudioCodec {
  readonly name: AudioCodecName;
  /** Samples a second of what goes in and comes out, one channel. */
  readonly sampleRate: number;
  /** Ticks a second of the timestamps, as a=rtpmap says; G.722 and Opus differ from the samples (RFC 3551, RFC 7587). */
  readonly clockRate: number;
  /** As a=rtpmap says. */
  readonly channels: number;
  /** The static payload type (RFC 3551 section 6), else the number that our offers prefer. */
  readonly payloadType: number;
  /** The milliseconds of audio that a packet of ours may hold, ascending. */
  readonly packetTimes: readonly number[];
  /** What we write into a=fmtp; empty for nothing. */
  readonly parameters: string;
  /** The most octets that these many samples come to. */
  payloadLength(samples: number): number;
  /** Its encoder for a peer that wrote these parameters (a=fmtp). */
  createEncoder(parameters: string): AudioEncoder;
  createDecoder(): AudioDecoder;
}

/** A kind of codec: what of it we offer, and what of it we understand. */
export interface AudioCodecKind {
  readonly name: AudioCodecName;
  readonly offered: AudioCodec;
  /** Whether it can be used on this machine; one that cannot is neither offered nor understood. */
  readonly isAvailable: boolean;
  /** The codec for what a peer offers under this name; undefined for a form that we do not have. */
  find(clockRate: number, channels: number): AudioCodec | undefined;
}
