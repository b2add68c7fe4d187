import type { CryptoSuite } from './crypto-suite.js';
import type { SessionKeys } from './session-keys.js';

/**
 * Protects whole packets under one master key. It knows the form of a packet, not which ones may come: indices
 * and replays are the business of the contexts that use it.
 */
export interface PacketCipher {
  /** Gives a new, protected packet. `start` is where the payload begins, behind sources and extension. */
  sealRtp(packet: Buffer, start: number, rollover: number): Buffer;
  /** Gives the packet that was protected, decrypted in place; undefined where it is not genuine. */
  openRtp(packet: Buffer, start: number, rollover: number): Buffer | undefined;
  sealRtcp(packet: Buffer, index: number): Buffer;
  /** As `openRtp`; the index stands in the packet. */
  openRtcp(packet: Buffer): Buffer | undefined;
  /** The index in a protected RTCP packet that is not too short. */
  rtcpIndexOf(packet: Buffer): number;
  /** Where the master key identifier of a received packet begins; it has the length of ours. */
  identifierStart(packet: Buffer, kind: 'rtp' | 'rtcp'): number;
  /** What protection adds to a received packet, in octets. */
  readonly rtpOverhead: number;
  readonly rtcpOverhead: number;
  /** Octets of the tags of RTCP packets; set where a peer has others than its suite says. */
  rtcpTagLength: number;
}

/** Says of a protected RTCP packet that it is encrypted, and not only authenticated (RFC 3711 section 3.4). */
export const ENCRYPTED_FLAG = 0x8000_0000;
/** Octets of an RTCP packet that stay readable: its first header with the sender's identifier. */
export const RTCP_CLEAR_LENGTH = 8;
/** Octets of the index in an RTCP packet. */
export const RTCP_INDEX_LENGTH = 4;

/** What a cipher is made of. */
export interface PacketCipherKeys {
  readonly suite: CryptoSuite;
  readonly rtp: SessionKeys;
  readonly rtcp: SessionKeys;
  /** Octets of the master key identifier in received packets; 0 for none. */
  readonly identifierLength: number;
}
