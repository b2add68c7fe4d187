import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

import { KeyStream } from './key-stream.js';
import {
  ENCRYPTED_FLAG,
  RTCP_CLEAR_LENGTH,
  RTCP_INDEX_LENGTH,
  type PacketCipher,
  type PacketCipherKeys,
} from './packet-cipher.js';

/** No suite shortens the tags of RTCP (RFC 4568 section 6.2, RFC 6188 section 4). */
const RTCP_TAG_LENGTH = 10;
const ROLLOVER_LENGTH = 4;

/** AES in counter mode with HMAC-SHA1 (RFC 3711 sections 4.1.1 and 4.2.1, RFC 6188). */
export class CounterModeCipher implements PacketCipher {
  readonly rtpOverhead: number;
  rtcpTagLength = RTCP_TAG_LENGTH;
  readonly #tagLength: number;
  readonly #identifierLength: number;
  readonly #rtpStream: KeyStream;
  readonly #rtcpStream: KeyStream;
  /** Key objects, because preparing the key is half the work of a short HMAC. */
  readonly #rtpAuthentication: KeyObject;
  readonly #rtcpAuthentication: KeyObject;
  readonly #rollover = Buffer.alloc(ROLLOVER_LENGTH);

  constructor({ suite, rtp, rtcp, identifierLength }: PacketCipherKeys) {
    this.#tagLength = suite.tagLength;
    this.#identifierLength = identifierLength;
    this.#rtpStream = new KeyStream(rtp);
    this.#rtcpStream = new KeyStream(rtcp);
    this.#rtpAuthentication = createSecretKey(rtp.authentication);
    this.#rtcpAuthentication = createSecretKey(rtcp.authentication);
    this.rtpOverhead = suite.tagLength + this.#identifierLength;
  }

  get rtcpOverhead(): number {
    return RTCP_INDEX_LENGTH + this.rtcpTagLength + this.#identifierLength;
  }

  sealRtp(packet: Buffer, start: number, rollover: number): Buffer {
    const { length } = packet;
    const sealed = Buffer.allocUnsafe(length + this.#tagLength);
    packet.copy(sealed, 0, 0, start);
    this.#rtpStream.positionRtp(packet, rollover);
    this.#rtpStream.apply(packet, { start, end: length, target: sealed });
    // The rollover counter is authenticated behind the packet and not sent: the tag takes its place.
    sealed.writeUInt32BE(rollover, length);
    const tag = authenticate(this.#rtpAuthentication, sealed.subarray(0, length + ROLLOVER_LENGTH));
    tag.copy(sealed, length, 0, this.#tagLength);
    return sealed;
  }

  openRtp(packet: Buffer, start: number, rollover: number): Buffer | undefined {
    const end = packet.length - this.rtpOverhead;
    this.#rollover.writeUInt32BE(rollover);
    const tag = createHmac('sha1', this.#rtpAuthentication)
      .update(packet.subarray(0, end))
      .update(this.#rollover)
      .digest();
    if (!isTag(packet, packet.length - this.#tagLength, { tag, length: this.#tagLength })) return undefined;
    this.#rtpStream.positionRtp(packet, rollover);
    this.#rtpStream.apply(packet, { start, end, target: packet });
    return packet.subarray(0, end);
  }

  sealRtcp(packet: Buffer, index: number): Buffer {
    const { length } = packet;
    const sealed = Buffer.allocUnsafe(length + RTCP_INDEX_LENGTH + this.rtcpTagLength);
    packet.copy(sealed, 0, 0, RTCP_CLEAR_LENGTH);
    this.#rtcpStream.positionRtcp(packet, index);
    this.#rtcpStream.apply(packet, { start: RTCP_CLEAR_LENGTH, end: length, target: sealed });
    sealed.writeUInt32BE(ENCRYPTED_FLAG + index, length);
    const tag = authenticate(this.#rtcpAuthentication, sealed.subarray(0, length + RTCP_INDEX_LENGTH));
    tag.copy(sealed, length + RTCP_INDEX_LENGTH, 0, this.rtcpTagLength);
    return sealed;
  }

  openRtcp(packet: Buffer): Buffer | undefined {
    const end = packet.length - this.rtcpOverhead;
    const tag = authenticate(this.#rtcpAuthentication, packet.subarray(0, end + RTCP_INDEX_LENGTH));
    if (!isTag(packet, packet.length - this.rtcpTagLength, { tag, length: this.rtcpTagLength }))
      return undefined;
    if (packet.readUInt32BE(end) >= ENCRYPTED_FLAG) {
      this.#rtcpStream.positionRtcp(packet, this.rtcpIndexOf(packet));
      this.#rtcpStream.apply(packet, { start: RTCP_CLEAR_LENGTH, end, target: packet });
    }
    return packet.subarray(0, end);
  }

  rtcpIndexOf(packet: Buffer): number {
    return packet.readUInt32BE(packet.length - this.rtcpOverhead) % ENCRYPTED_FLAG;
  }

  identifierStart(packet: Buffer, kind: 'rtp' | 'rtcp'): number {
    return packet.length - (kind === 'rtp' ? this.#tagLength : this.rtcpTagLength) - this.#identifierLength;
  }
}

function authenticate(key: KeyObject, portion: Buffer): Buffer {
  return createHmac('sha1', key).update(portion).digest();
}

/** Compares in a time that does not tell how much of a guess was right. */
function isTag(
  packet: Buffer,
  position: number,
  { tag, length }: { readonly tag: Buffer; readonly length: number },
): boolean {
  let difference = 0;
  for (let octet = 0; octet < length; octet++) {
    difference |= (packet[position + octet] ?? 0) ^ (tag[octet] ?? 0);
  }
  return difference === 0;
}
