import type { AudioCodec } from './codecs/audio-codec.js';

/** Delays in milliseconds. */
const FIRST_DELAY = 40;
const SHORTEST_DELAY = 20;
const LONGEST_DELAY = 200;
/** What came at once after a standstill is heard all the same up to here: in it may be a key that somebody pressed. */
const LONGEST_STANDSTILL = 600;
/** What the delay is shortened by at a time: a frame. */
const STEP = 20;
/** A peer that has sent nothing for so long begins anew with its next packet. */
const PAUSE = 200;
/** How early packets come is judged over so many of them: two seconds, usually. */
const JUDGED_PACKETS = 100;
/** A jump of the timestamps beyond this, in seconds, is another beginning. */
const LARGEST_JUMP = 5;
/** Packets that may wait: a second of the shortest ones. A flood is not worth more memory. */
const MOST_PACKETS = 200;

/** A packet that waits for its turn. */
export interface WaitingPacket {
  readonly sequence: number;
  readonly timestamp: number;
  readonly codec: AudioCodec;
  /** None in a packet that only has its place among the others: a key, comfort noise. */
  readonly payload: Buffer | undefined;
}

/** What is to be heard next. */
export type NextSound =
  | { readonly kind: 'packet'; readonly packet: WaitingPacket }
  /** For so many ticks of the media clock there is nothing: it was lost, or the peer has said nothing. */
  | { readonly kind: 'gap'; readonly ticks: number; readonly isLost: boolean }
  /** Nothing has come yet, or nothing more. */
  | { readonly kind: 'empty' };

/**
 * Gives packets in their order and at their time, whatever order and time they came in. How long they wait
 * follows the network: a packet that comes after its time makes all later ones wait longer, at once, and when
 * every packet of two seconds came earlier than it had to, the waiting gets 20 ms shorter.
 *
 *     waiting ──(a packet, then its delay)──► playing ──(nothing for 200 ms)──► waiting
 */
export class JitterBuffer {
  /** Packets that came after their time and were not heard. */
  late = 0;
  #packets: WaitingPacket[] = [];
  #state: 'waiting' | 'playing' = 'waiting';
  /** When the first packet of a new beginning is due. */
  #startAt = Infinity;
  #delay = FIRST_DELAY;
  /** The timestamp that is heard next. */
  #cursor = 0;
  /** The latest sequence number that was given out. */
  #played: number | undefined;
  #emptySince: number | undefined;
  #ssrc: number | undefined;
  #clockRate = 8_000;
  /** How early packets came, in milliseconds before their time: the extremes of those judged so far. */
  #earliness = { least: Infinity, most: -Infinity, count: 0 };
  #mayShorten = false;

  /** Takes a packet in; `now` in milliseconds. */
  put(packet: WaitingPacket, { ssrc, now }: { readonly ssrc: number; readonly now: number }): void {
    if (ssrc !== this.#ssrc || packet.codec.clockRate !== this.#clockRate) this.#begin(ssrc, packet.codec);
    if (this.#state === 'playing') {
      if (this.#isOverdue(packet) && !this.#waitFor(packet)) return;
      this.#judge(packet);
    } else if (packet.payload === undefined) {
      return;
    } else if (this.#packets.length === 0) {
      this.#startAt = now + this.#delay;
    }
    this.#insert(packet);
  }

  /** What is heard at `now`; each packet is given once. */
  next(now: number): NextSound {
    if (this.#state === 'waiting' && !this.#mayStart(now)) return { kind: 'empty' };
    const packet = this.#packets[0];
    if (packet === undefined) return this.#runEmpty(now);
    this.#emptySince = undefined;
    const ticks = (packet.timestamp - this.#cursor) | 0;
    if (packet.payload !== undefined) {
      if (ticks > 0 && ticks <= LARGEST_JUMP * this.#clockRate) {
        return { kind: 'gap', ticks, isLost: !this.#isNext(packet) };
      }
      this.#cursor = packet.timestamp;
    }
    this.#packets.shift();
    this.#played = packet.sequence;
    return { kind: 'packet', packet };
  }

  /** So many ticks of the media clock were heard. */
  advance(ticks: number): void {
    this.#cursor = (this.#cursor + ticks) >>> 0;
  }

  /** Whether 20 ms can be left out, where that is not heard, since all wait longer than they must. */
  get mayShorten(): boolean {
    return this.#mayShorten;
  }

  /** 20 ms were left out. */
  shortened(): void {
    this.#mayShorten = false;
    this.#delay = Math.max(SHORTEST_DELAY, this.#delay - STEP);
  }

  /** A new stream: what waits of the former one is over. */
  #begin(ssrc: number, codec: AudioCodec): void {
    this.#ssrc = ssrc;
    this.#clockRate = codec.clockRate;
    this.#packets = [];
    this.#played = undefined;
    this.#pause();
  }

  #pause(): void {
    this.#state = 'waiting';
    this.#startAt = Infinity;
    this.#emptySince = undefined;
    this.#forgetEarliness();
  }

  #mayStart(now: number): boolean {
    const first = this.#packets[0];
    if (first === undefined || now < this.#startAt) return false;
    this.#state = 'playing';
    this.#cursor = first.timestamp;
    return true;
  }

  #runEmpty(now: number): NextSound {
    this.#emptySince ??= now;
    if (now - this.#emptySince >= PAUSE) this.#pause();
    return { kind: 'empty' };
  }

  #isNext({ sequence }: WaitingPacket): boolean {
    return this.#played === undefined || ((this.#played + 1) & 0xffff) === sequence;
  }

  /** Whether what stands in the packet should have been heard before. */
  #isOverdue({ timestamp, payload }: WaitingPacket): boolean {
    const behind = (this.#cursor - timestamp) | 0;
    return payload !== undefined && behind > 0 && behind < LARGEST_JUMP * this.#clockRate;
  }

  /**
   * A packet after its time. Where silence stood in its place and nothing after it has been heard, all go on later;
   * where others have overtaken it, it is left out, but the next ones get more time.
   */
  #waitFor({ sequence, timestamp }: WaitingPacket): boolean {
    const missing = (((this.#cursor - timestamp) | 0) * 1_000) / this.#clockRate;
    const isOvertaken = this.#played !== undefined && ((sequence - this.#played) & 0xffff) > 0x8000;
    const isDouble = this.#played === sequence;
    const most = Math.max(0, this.#earliness.most) + missing;
    if (isDouble) return false;
    if (most > LONGEST_DELAY && !isOvertaken && this.#packets.length === 0) return this.#goOnFrom(timestamp);
    if (isOvertaken || most > LONGEST_DELAY) {
      this.late++;
      return false;
    }
    this.#cursor = timestamp;
    this.#delay = Math.max(this.#delay, most);
    this.#earliness = { least: Infinity, most, count: 0 };
    this.#mayShorten = false;
    return true;
  }

  /**
   * Nothing waits and nothing has overtaken it, so leaving it out would win nothing. Asterisk pauses between keys in
   * the audio without counting the pause in its timestamps, and seems later with every key.
   */
  #goOnFrom(timestamp: number): boolean {
    this.#cursor = timestamp;
    this.#forgetEarliness();
    return true;
  }

  #judge({ timestamp }: WaitingPacket): void {
    const early = (((timestamp - this.#cursor) | 0) * 1_000) / this.#clockRate;
    const { least, most, count } = this.#earliness;
    this.#earliness = { least: Math.min(least, early), most: Math.max(most, early), count: count + 1 };
    if (early > LONGEST_STANDSTILL && early < LARGEST_JUMP * 1_000) this.#catchUp(timestamp);
    if (this.#earliness.count < JUDGED_PACKETS) return;
    const isTooEarly = this.#earliness.least >= SHORTEST_DELAY + STEP;
    this.#forgetEarliness();
    this.#mayShorten = isTooEarly;
  }

  /** After a standstill of the network all comes at once: what is older than the longest delay is left out. */
  #catchUp(newest: number): void {
    this.#cursor = (newest - (LONGEST_DELAY * this.#clockRate) / 1_000) >>> 0;
    const isOld = ({ timestamp }: WaitingPacket): boolean => ((this.#cursor - timestamp) | 0) > 0;
    const kept = this.#packets.filter((packet) => !isOld(packet));
    this.late += this.#packets.length - kept.length;
    this.#packets = kept;
    this.#forgetEarliness();
  }

  #forgetEarliness(): void {
    this.#earliness = { least: Infinity, most: -Infinity, count: 0 };
    this.#mayShorten = false;
  }

  /** Most packets come in order and go to the end. */
  #insert(packet: WaitingPacket): void {
    const packets = this.#packets;
    let place = packets.length;
    while (place > 0 && ((packet.sequence - (packets[place - 1]?.sequence ?? 0)) & 0xffff) >= 0x8000) place--;
    if (packets[place - 1]?.sequence === packet.sequence) return;
    if (packets.length >= MOST_PACKETS) this.late++;
    else packets.splice(place, 0, packet);
  }
}
