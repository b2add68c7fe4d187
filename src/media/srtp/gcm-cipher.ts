import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type CipherGCMTypes,
  type KeyObject,
} from 'node:crypto';

import {
  ENCRYPTED_FLAG,
  RTCP_CLEAR_LENGTH,
  RTCP_INDEX_LENGTH,
  type PacketCipher,
  type PacketCipherKeys,
} from './packet-cipher.js';

const TAG_LENGTH = 16;
const IV_LENGTH = 12;

/** AES in Galois/counter mode, which encrypts and authenticates in one (RFC 7714). */
export class GcmCipher implements PacketCipher {
  readonly rtpOverhead: number;
  readonly rtcpOverhead: number;
  rtcpTagLength = TAG_LENGTH;
  readonly #algorithm: CipherGCMTypes;
  readonly #identifierLength: number;
  readonly #rtp: { readonly key: KeyObject; readonly salt: Buffer };
  readonly #rtcp: { readonly key: KeyObject; readonly salt: Buffer };
  readonly #iv = Buffer.alloc(IV_LENGTH);

  constructor({ suite, rtp, rtcp, identifierLength }: PacketCipherKeys) {
    this.#algorithm = suite.keyLength === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
    this.#rtp = { key: createSecretKey(rtp.encryption), salt: rtp.salt };
    this.#rtcp = { key: createSecretKey(rtcp.encryption), salt: rtcp.salt };
    this.#identifierLength = identifierLength;
    this.rtpOverhead = TAG_LENGTH + this.#identifierLength;
    this.rtcpOverhead = TAG_LENGTH + RTCP_INDEX_LENGTH + this.#identifierLength;
  }

  sealRtp(packet: Buffer, start: number, rollover: number): Buffer {
    const { length } = packet;
    const sealed = Buffer.allocUnsafe(length + TAG_LENGTH);
    packet.copy(sealed, 0, 0, start);
    const cipher = createCipheriv(this.#algorithm, this.#rtp.key, this.#rtpIv(packet, rollover));
    cipher.setAAD(packet.subarray(0, start));
    sealed.set(cipher.update(packet.subarray(start)), start);
    cipher.final();
    sealed.set(cipher.getAuthTag(), length);
    return sealed;
  }

  openRtp(packet: Buffer, start: number, rollover: number): Buffer | undefined {
    const tagStart = packet.length - this.rtpOverhead;
    return this.#open(packet, {
      key: this.#rtp.key,
      iv: this.#rtpIv(packet, rollover),
      associated: packet.subarray(0, start),
      start,
      tagStart,
    });
  }

  sealRtcp(packet: Buffer, index: number): Buffer {
    const { length } = packet;
    const sealed = Buffer.allocUnsafe(length + TAG_LENGTH + RTCP_INDEX_LENGTH);
    const word = length + TAG_LENGTH;
    packet.copy(sealed, 0, 0, RTCP_CLEAR_LENGTH);
    sealed.writeUInt32BE(ENCRYPTED_FLAG + index, word);
    const cipher = createCipheriv(this.#algorithm, this.#rtcp.key, this.#rtcpIv(packet, index));
    cipher.setAAD(Buffer.concat([packet.subarray(0, RTCP_CLEAR_LENGTH), sealed.subarray(word)]));
    sealed.set(cipher.update(packet.subarray(RTCP_CLEAR_LENGTH)), RTCP_CLEAR_LENGTH);
    cipher.final();
    sealed.set(cipher.getAuthTag(), length);
    return sealed;
  }

  openRtcp(packet: Buffer): Buffer | undefined {
    const tagStart = packet.length - this.rtcpOverhead;
    const word = tagStart + TAG_LENGTH;
    const isEncrypted = packet.readUInt32BE(word) >= ENCRYPTED_FLAG;
    // Without encryption the whole packet is authenticated only, and the tag is all that the cipher gives (RFC 7714 section 9.3).
    const start = isEncrypted ? RTCP_CLEAR_LENGTH : tagStart;
    return this.#open(packet, {
      key: this.#rtcp.key,
      iv: this.#rtcpIv(packet, this.rtcpIndexOf(packet)),
      associated: Buffer.concat([packet.subarray(0, start), packet.subarray(word, word + RTCP_INDEX_LENGTH)]),
      start,
      tagStart,
    });
  }

  rtcpIndexOf(packet: Buffer): number {
    return packet.readUInt32BE(this.identifierStart(packet, 'rtcp') - RTCP_INDEX_LENGTH) % ENCRYPTED_FLAG;
  }

  /** The identifier is the last thing in packets of both kinds (RFC 7714 section 5). */
  identifierStart(packet: Buffer, _kind: 'rtp' | 'rtcp'): number {
    return packet.length - this.#identifierLength;
  }

  #open(
    packet: Buffer,
    parts: {
      readonly key: KeyObject;
      readonly iv: Buffer;
      readonly associated: Buffer;
      readonly start: number;
      readonly tagStart: number;
    },
  ): Buffer | undefined {
    const { key, iv, associated, start, tagStart } = parts;
    const decipher = createDecipheriv(this.#algorithm, key, iv);
    decipher.setAAD(associated);
    decipher.setAuthTag(packet.subarray(tagStart, tagStart + TAG_LENGTH));
    const payload = decipher.update(packet.subarray(start, tagStart));
    try {
      decipher.final();
    } catch {
      // Node tells a wrong tag by an exception without a code; nothing else can fail here.
      return undefined;
    }
    packet.set(payload, start);
    return packet.subarray(0, tagStart);
  }

  /** Two zeros, source, rollover counter and sequence number, xored with the salt (RFC 7714 section 8.1). */
  #rtpIv(packet: Buffer, rollover: number): Buffer {
    const iv = this.#iv;
    this.#rtp.salt.copy(iv);
    mix(iv, 2, packet.readUInt32BE(8));
    mix(iv, 6, rollover);
    iv.writeUInt16BE(iv.readUInt16BE(10) ^ packet.readUInt16BE(2), 10);
    return iv;
  }

  /** Two zeros, source, two zeros and index, xored with the salt (RFC 7714 section 9.1). */
  #rtcpIv(packet: Buffer, index: number): Buffer {
    const iv = this.#iv;
    this.#rtcp.salt.copy(iv);
    mix(iv, 2, packet.readUInt32BE(4));
    mix(iv, 8, index);
    return iv;
  }
}

function mix(iv: Buffer, position: number, word: number): void {
  iv.writeUInt32BE((iv.readUInt32BE(position) ^ word) >>> 0, position);
}
