import { encodeALaw, encodeMuLaw } from './g711.js';

/** An audio codec by its name in session descriptions. */
export type AudioCodecName = 'PCMU' | 'PCMA';

/** What the device can put into an RTP packet: one octet a sample, 8000 samples a second. */
export interface AudioCodec {
  readonly name: AudioCodecName;
  /** The static payload type (RFC 3551 section 6). */
  readonly payloadType: number;
  /** The octet that stands for silence. */
  readonly silence: number;
  /** One octet for a 16-bit linear sample. */
  encode(sample: number): number;
}

/** Every codec that the device has. */
export const AUDIO_CODECS: Readonly<Record<AudioCodecName, AudioCodec>> = {
  PCMU: { name: 'PCMU', payloadType: 0, silence: 0xff, encode: encodeMuLaw },
  PCMA: { name: 'PCMA', payloadType: 8, silence: 0xd5, encode: encodeALaw },
};
