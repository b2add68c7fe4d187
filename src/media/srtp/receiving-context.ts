import { createPacketCipher } from './create-packet-cipher.js';
import type { CryptoSuite } from './crypto-suite.js';
import { isSameKey, type MasterKey } from './master-key.js';
import { RTCP_CLEAR_LENGTH, type PacketCipher } from './packet-cipher.js';
import { estimateIndex, MAX_RTCP_INDEX, rolloverOf } from './packet-index.js';
import { ReplayWindow } from './replay-window.js';

/** Why a packet was not taken. */
export type Rejection =
  /** Too short, or of another form. */
  | 'malformed'
  /** It came before, or is too old to tell. */
  | 'replayed'
  /** Its tag is wrong: another key, another sender, or changed on the way. */
  | 'forged';

/** Streams of one peer that are told apart; an attacker cannot begin one, since only genuine packets do. */
const MOST_STREAMS = 64;
const FIRST_HALF = 0x8000;
/** Octets of the tags of the suites whose names end in 32. */
const SHORT_TAG = 4;

interface ReceivedStream {
  readonly rtp: ReplayWindow;
  readonly rtcp: ReplayWindow;
}

interface ReceivingKey {
  readonly master: MasterKey;
  readonly cipher: PacketCipher;
  /** Genuine packets so far. */
  rtpPackets: number;
  rtcpPackets: number;
}

/** What opens the packets of a peer: its master keys, and for each of its streams what came (RFC 3711 section 3.2). */
export class ReceivingContext {
  readonly suite: CryptoSuite;
  readonly #keys: readonly ReceivingKey[];
  readonly #identifierLength: number;
  readonly #streams = new Map<number, ReceivedStream>();
  /** Genuine packets so far. */
  accepted = 0;
  /** True once a key has protected as many packets as its maker wanted, within the last tenth. */
  isWornOut = false;

  /** Several keys have identifiers, all of the same length. */
  constructor(suite: CryptoSuite, masters: readonly MasterKey[]) {
    this.suite = suite;
    this.#keys = masters.map((master) => ({
      master,
      cipher: createPacketCipher(suite, master),
      rtpPackets: 0,
      rtcpPackets: 0,
    }));
    this.#identifierLength = masters[0]?.identifier?.length ?? 0;
  }

  /** Whether these are its keys, under the same identifiers. */
  hasKeys(masters: readonly MasterKey[]): boolean {
    return (
      masters.length === this.#keys.length &&
      masters.every((master, index) => {
        const own = this.#keys[index]?.master;
        return own !== undefined && isSameKey(master, own) && hasSameIdentifier(master, own);
      })
    );
  }

  /** Opens a packet in place, whose payload begins at `start`. */
  openRtp(packet: Buffer, start: number): Buffer | Rejection {
    const key = this.#keyOf(packet, 'rtp');
    if (key === undefined) return 'forged';
    if (start > packet.length - key.cipher.rtpOverhead) return 'malformed';
    const ssrc = packet.readUInt32BE(8);
    const sequence = packet.readUInt16BE(2);
    const stream = this.#streams.get(ssrc);
    if (stream === undefined || stream.rtp.highest < 0) {
      return this.#openFirst(packet, { start, ssrc, sequence, key });
    }
    const index = estimateIndex(sequence, stream.rtp.highest);
    if (index === undefined || !stream.rtp.admits(index)) return 'replayed';
    const opened = key.cipher.openRtp(packet, start, rolloverOf(index));
    if (opened === undefined) return 'forged';
    stream.rtp.accept(index);
    this.#countRtp(key);
    return opened;
  }

  /**
   * Opens a compound packet in place. With a suite of short tags RTCP has long ones all the same (RFC 4568
   * section 6.2); half of the world shortens those too, and the first packet shows who does.
   */
  openRtcp(packet: Buffer): Buffer | Rejection {
    const key = this.#keyOf(packet, 'rtcp');
    if (key === undefined) return 'forged';
    const opened = this.#openRtcp(packet, key);
    if (typeof opened !== 'string' || key.rtcpPackets > 0 || this.suite.tagLength !== SHORT_TAG)
      return opened;
    const { cipher } = key;
    const usual = cipher.rtcpTagLength;
    cipher.rtcpTagLength = SHORT_TAG;
    const reopened = this.#openRtcp(packet, key);
    if (typeof reopened === 'string') cipher.rtcpTagLength = usual;
    return reopened;
  }

  /** Octets of the tags in the peer's RTCP. */
  get rtcpTagLength(): number | undefined {
    return this.#keys.find(({ rtcpPackets }) => rtcpPackets > 0)?.cipher.rtcpTagLength;
  }

  #openRtcp(packet: Buffer, key: ReceivingKey): Buffer | Rejection {
    if (packet.length < RTCP_CLEAR_LENGTH + key.cipher.rtcpOverhead) return 'malformed';
    const ssrc = packet.readUInt32BE(4);
    const index = key.cipher.rtcpIndexOf(packet);
    const known = this.#streams.get(ssrc);
    if (known?.rtcp.admits(index) === false) return 'replayed';
    const opened = key.cipher.openRtcp(packet);
    if (opened === undefined) return 'forged';
    this.#streamOf(ssrc).rtcp.accept(index);
    key.rtcpPackets++;
    this.#wear(key, key.rtcpPackets, MAX_RTCP_INDEX);
    this.accepted++;
    return opened;
  }

  /**
   * A stream of which nothing came before. Where its beginning was lost the numbers may have begun anew
   * meanwhile, so that a low one is tried both ways (RFC 3711 section 3.3.1 leaves such a receiver deaf).
   */
  #openFirst(
    packet: Buffer,
    first: {
      readonly start: number;
      readonly ssrc: number;
      readonly sequence: number;
      readonly key: ReceivingKey;
    },
  ): Buffer | Rejection {
    const { start, ssrc, sequence, key } = first;
    const rollovers = sequence < FIRST_HALF ? [0, 1] : [0];
    for (const rollover of rollovers) {
      const opened = key.cipher.openRtp(packet, start, rollover);
      if (opened === undefined) continue;
      this.#streamOf(ssrc).rtp.accept(rollover * 2 * FIRST_HALF + sequence);
      this.#countRtp(key);
      return opened;
    }
    return 'forged';
  }

  #keyOf(packet: Buffer, kind: 'rtp' | 'rtcp'): ReceivingKey | undefined {
    const first = this.#keys[0];
    const length = this.#identifierLength;
    if (first === undefined || length === 0) return first;
    const start = first.cipher.identifierStart(packet, kind);
    if (start < 0) return undefined;
    return this.#keys.find(({ master }) => master.identifier?.compare(packet, start, start + length) === 0);
  }

  #streamOf(ssrc: number): ReceivedStream {
    const known = this.#streams.get(ssrc);
    if (known !== undefined) return known;
    // The one that was begun first is the likeliest to be over.
    for (const oldest of this.#streams.keys()) {
      if (this.#streams.size < MOST_STREAMS) break;
      this.#streams.delete(oldest);
    }
    const stream = { rtp: new ReplayWindow(), rtcp: new ReplayWindow() };
    this.#streams.set(ssrc, stream);
    return stream;
  }

  #countRtp(key: ReceivingKey): void {
    key.rtpPackets++;
    this.accepted++;
    if (key.master.lifetime !== undefined) this.#wear(key, key.rtpPackets, key.master.lifetime);
  }

  #wear({ master }: ReceivingKey, packets: number, most: number): void {
    if (packets >= 0.9 * Math.min(master.lifetime ?? most, most)) this.isWornOut = true;
  }
}

function hasSameIdentifier(one: MasterKey, other: MasterKey): boolean {
  if (one.identifier === undefined || other.identifier === undefined)
    return one.identifier === other.identifier;
  return one.identifier.equals(other.identifier);
}
