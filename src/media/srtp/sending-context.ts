import { createPacketCipher } from './create-packet-cipher.js';
import type { CryptoSuite } from './crypto-suite.js';
import type { MasterKey } from './master-key.js';
import type { PacketCipher } from './packet-cipher.js';
import { estimateIndex, MAX_RTCP_INDEX, rolloverOf } from './packet-index.js';

/** What protects the packets that we send under one master key (RFC 3711 section 3.2). */
export class SendingContext {
  readonly suite: CryptoSuite;
  readonly master: MasterKey;
  readonly #cipher: PacketCipher;
  /** The stream that is sent now; another identifier begins another one. */
  #ssrc: number | undefined;
  #highest = -1;
  #rtcpIndex = 0;

  constructor(suite: CryptoSuite, master: MasterKey) {
    this.suite = suite;
    this.master = master;
    this.#cipher = createPacketCipher(suite, master);
  }

  /**
   * Protects a packet whose payload begins at `start`. Packets are given in the order of their numbers.
   * Undefined once the key is used up, which at fifty packets a second takes a hundred thousand years.
   */
  protectRtp(packet: Buffer, start: number): Buffer | undefined {
    const ssrc = packet.readUInt32BE(8);
    if (ssrc !== this.#ssrc) {
      this.#ssrc = ssrc;
      this.#highest = -1;
    }
    const index = estimateIndex(packet.readUInt16BE(2), this.#highest);
    // The same number twice would show the sum of two payloads (RFC 3711 section 9.1).
    if (index === undefined || index <= this.#highest) return undefined;
    this.#highest = index;
    return this.#cipher.sealRtp(packet, start, rolloverOf(index));
  }

  /** Has RTCP with tags like those of the peer. */
  set rtcpTagLength(octets: number) {
    this.#cipher.rtcpTagLength = octets;
  }

  /** Protects a compound packet. Undefined once the key is used up, after three hundred years of reports. */
  protectRtcp(packet: Buffer): Buffer | undefined {
    if (this.#rtcpIndex > MAX_RTCP_INDEX) return undefined;
    return this.#cipher.sealRtcp(packet, this.#rtcpIndex++);
  }
}
