import type { RtpHeader } from './rtp-header.js';
import { EVENT_LENGTH, keyOfEvent, LONGEST_EVENT } from './telephone-event.js';

/** How many presses are remembered, to know their late packets: two seconds of the fastest dialling. */
const REMEMBERED = 16;

/** One press, or one segment of a long one, as the packets told it. */
interface Press {
  readonly ssrc: number;
  readonly code: number;
  readonly timestamp: number;
}

/** A key with how long it has been down when its first packet came. */
export interface ReceivedKey {
  readonly key: string;
  readonly milliseconds: number;
}

/**
 * Makes presses of the packets of RFC 4733. All packets of a press carry the timestamp of its beginning, so a
 * press is reported with the first of them that comes, whichever that is, and never again: neither loss nor
 * duplicates nor another order change the count. Reporting first rather than at the end saves the length of
 * the press, which is time in which an alarm could sound already.
 */
export class KeyReceiver {
  readonly #presses: Press[] = [];

  /** The key that this packet is the first to tell of; durations count so many ticks a second. */
  receive(packet: Buffer, header: RtpHeader, clockRate: number): ReceivedKey | undefined {
    const { payloadStart, payloadEnd, ssrc, timestamp } = header;
    if (payloadEnd - payloadStart < EVENT_LENGTH) return undefined;
    const press = { ssrc, code: packet.readUInt8(payloadStart), timestamp };
    const key = keyOfEvent(press.code);
    if (key === undefined || this.#isKnown(press)) return undefined;
    const isContinuation = !header.marker && this.#continues(press);
    if (this.#presses.push(press) > REMEMBERED) this.#presses.shift();
    if (isContinuation) return undefined;
    return { key, milliseconds: (packet.readUInt16BE(payloadStart + 2) * 1_000) / clockRate };
  }

  #isKnown({ ssrc, code, timestamp }: Press): boolean {
    return this.#presses.some(
      (press) => press.timestamp === timestamp && press.code === code && press.ssrc === ssrc,
    );
  }

  /** A press longer than a packet can state goes on in a segment that begins where the last one ended (2.5.1.3). */
  #continues({ ssrc, code, timestamp }: Press): boolean {
    return this.#presses.some(
      (press) =>
        press.ssrc === ssrc && press.code === code && (timestamp - press.timestamp) >>> 0 === LONGEST_EVENT,
    );
  }
}
