import { RTP_HEADER_LENGTH, rtpPayloadStart } from '../rtp-header.js';
import type { CryptoSuiteName } from './crypto-suite.js';
import type { AgreedKeys } from './key-agreement.js';
import { isSameKey } from './master-key.js';
import { RTCP_CLEAR_LENGTH } from './packet-cipher.js';
import { ReceivingContext, type Rejection } from './receiving-context.js';
import { SendingContext } from './sending-context.js';

/** After so many packets under a peer's new key, one under the old can only be late by seconds. */
const PACKETS_OF_OVERLAP = 100;

/** What a call's protection refused. */
interface SecurityCounts {
  /** Packets whose tag was wrong: of another key, of a stranger, or changed on the way. */
  readonly forged: number;
  /** Packets that came a second time, or too late to tell. */
  readonly replayed: number;
}

/**
 * Protects and opens the packets of one call, as long as keys are agreed on; without keys packets go through as
 * they are. With keys nothing goes through in the clear, in neither direction.
 */
export class SecureStream {
  /** Called once for a peer's key that nears the end that its maker gave it. */
  onWornOut: (() => void) | undefined;
  #sending: SendingContext | undefined;
  #receiving: ReceivingContext | undefined;
  /** The peer's keys before these: what it sent with them may still be on its way. */
  #former: ReceivingContext | undefined;
  /** Whose wear was told. */
  #worn: ReceivingContext | undefined;
  #forged = 0;
  #replayed = 0;

  /** Follows an agreement. Keys that stay keep their contexts: their packets go on being counted (RFC 3711 section 9.1). */
  follow(keys: AgreedKeys | undefined): void {
    if (keys === undefined) {
      this.#sending = undefined;
      this.#receiving = undefined;
      this.#former = undefined;
      return;
    }
    const { suite, own, peers } = keys;
    if (this.#sending?.suite !== suite || !isSameKey(this.#sending.master, own)) {
      this.#sending = new SendingContext(suite, own);
    }
    if (this.#receiving?.suite === suite && this.#receiving.hasKeys(peers)) return;
    this.#former = this.#receiving;
    this.#receiving = new ReceivingContext(suite, peers);
  }

  /** The suite in use; none while packets go in the clear. */
  get suite(): CryptoSuiteName | undefined {
    return this.#sending?.suite.name;
  }

  get counts(): SecurityCounts {
    return { forged: this.#forged, replayed: this.#replayed };
  }

  /** The packet to send; undefined where none may be sent. */
  protectRtp(packet: Buffer): Buffer | undefined {
    return this.#sending === undefined ? packet : this.#sending.protectRtp(packet, rtpPayloadStart(packet));
  }

  /** As `protectRtp`, for a compound packet. */
  protectRtcp(packet: Buffer): Buffer | undefined {
    return this.#sending === undefined ? packet : this.#sending.protectRtcp(packet);
  }

  /** The packet that the peer protected; undefined, and counted, where it is not genuine. */
  openRtp(packet: Buffer): Buffer | undefined {
    const receiving = this.#receiving;
    if (receiving === undefined) return packet;
    if (packet.length < RTP_HEADER_LENGTH) return undefined;
    const start = rtpPayloadStart(packet);
    const opened = receiving.openRtp(packet, start);
    if (opened === 'forged' && this.#former !== undefined) {
      return this.#judge(this.#former.openRtp(packet, start));
    }
    if (receiving.isWornOut && this.#worn !== receiving) {
      this.#worn = receiving;
      this.onWornOut?.();
    }
    if (this.#former !== undefined && receiving.accepted > PACKETS_OF_OVERLAP) this.#former = undefined;
    return this.#judge(opened);
  }

  /** As `openRtp`, for a compound packet. */
  openRtcp(packet: Buffer): Buffer | undefined {
    const receiving = this.#receiving;
    if (receiving === undefined) return packet;
    if (packet.length < RTCP_CLEAR_LENGTH) return undefined;
    const opened = receiving.openRtcp(packet);
    const { rtcpTagLength } = receiving;
    if (rtcpTagLength !== undefined && this.#sending !== undefined) {
      this.#sending.rtcpTagLength = rtcpTagLength;
    }
    return this.#judge(
      opened === 'forged' && this.#former !== undefined ? this.#former.openRtcp(packet) : opened,
    );
  }

  #judge(opened: Buffer | Rejection): Buffer | undefined {
    if (typeof opened !== 'string') return opened;
    if (opened === 'forged') this.#forged++;
    else if (opened === 'replayed') this.#replayed++;
    return undefined;
  }
}
