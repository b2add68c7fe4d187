import { createCipheriv, type Cipher } from 'node:crypto';

const BLOCK = 16;
/** Octets of a counter block that stay the same while source and rollover counter do. */
const FIXED = 12;
/** Room for a usual packet of audio; longer ones make it grow once. */
const FIRST_BLOCKS = 16;

/**
 * The keystream of AES in counter mode (RFC 3711 section 4.1.1). It encrypts counter blocks with one lasting
 * cipher of single blocks: a cipher in counter mode would have to be made anew for each packet, which costs
 * three times as much.
 */
export class KeyStream {
  readonly #cipher: Cipher;
  /** The salt, where the counter is 0, and the first counter block of the present packet. */
  readonly #salt = Buffer.alloc(BLOCK);
  readonly #first = Buffer.alloc(BLOCK);
  #counters = Buffer.alloc(FIRST_BLOCKS * BLOCK);
  /** What the counter blocks in use begin with; from packet to packet only the last octets differ. */
  readonly #laid = Buffer.alloc(FIXED);
  #laidBlocks = 0;

  constructor({ encryption, salt }: { readonly encryption: Buffer; readonly salt: Buffer }) {
    this.#cipher = createCipheriv(encryption.length === 16 ? 'aes-128-ecb' : 'aes-256-ecb', encryption, null);
    this.#cipher.setAutoPadding(false);
    salt.copy(this.#salt);
  }

  /** Goes to the beginning of an RTP packet: salt, source and index of 48 bits, xored. */
  positionRtp(packet: Buffer, rollover: number): void {
    const first = this.#begin();
    mix(first, 4, packet.readUInt32BE(8));
    mix(first, 8, rollover);
    first.writeUInt16BE(first.readUInt16BE(12) ^ packet.readUInt16BE(2), 12);
  }

  /** Goes to the beginning of an RTCP packet. */
  positionRtcp(packet: Buffer, index: number): void {
    const first = this.#begin();
    mix(first, 4, packet.readUInt32BE(4));
    mix(first, 10, index);
  }

  /** Encrypts or decrypts the octets from `start` to `end`, which is the same; the target may be the packet itself. */
  apply(
    packet: Buffer,
    range: { readonly start: number; readonly end: number; readonly target: Buffer },
  ): void {
    const { start, end, target } = range;
    const stream = this.#generate(Math.ceil((end - start) / BLOCK));
    for (let octet = start; octet < end; octet++) {
      target[octet] = (packet[octet] ?? 0) ^ (stream[octet - start] ?? 0);
    }
  }

  #begin(): Buffer {
    this.#salt.copy(this.#first);
    return this.#first;
  }

  #generate(blocks: number): Buffer {
    const length = blocks * BLOCK;
    this.#lay(blocks);
    const counters = this.#counters;
    const high = this.#first.readUInt8(FIXED);
    const low = this.#first.readUInt8(FIXED + 1);
    for (let position = FIXED; position < length; position += BLOCK) {
      counters[position] = high;
      counters[position + 1] = low;
    }
    return this.#cipher.update(counters.subarray(0, length));
  }

  /** Lays out so many blocks for the present source and rollover counter, where they do not lie there yet. */
  #lay(blocks: number): void {
    const first = this.#first;
    if (blocks <= this.#laidBlocks && first.compare(this.#laid, 0, FIXED, 0, FIXED) === 0) return;
    if (this.#counters.length < blocks * BLOCK) this.#counters = Buffer.alloc(blocks * BLOCK);
    for (let block = 0; block < blocks; block++) {
      const position = block * BLOCK;
      first.copy(this.#counters, position);
      this.#counters.writeUInt16BE(block, position + 14);
    }
    first.copy(this.#laid, 0, 0, FIXED);
    this.#laidBlocks = blocks;
  }
}

function mix(block: Buffer, position: number, word: number): void {
  block.writeUInt32BE((block.readUInt32BE(position) ^ word) >>> 0, position);
}
