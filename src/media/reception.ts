/** Gaps larger than this are a restart of the sender, not loss (RFC 3550 appendix A.1). */
const MAX_DROPOUT = 3_000;
/** A packet this far behind is late, farther is a restart. */
const MAX_MISORDER = 100;
/** Sequence numbers that are remembered one by one. */
const SEEN = 32;
const SEQUENCE_SPAN = 0x10000;

/** What a receiver writes into a report block (RFC 3550 section 6.4.1). */
export interface ReceptionReport {
  readonly fractionLost: number;
  readonly cumulativeLost: number;
  readonly highestSequence: number;
  /** In units of the media clock. */
  readonly jitter: number;
}

/** Counts one source's packets: loss and interarrival jitter of RFC 3550, appendices A.1, A.3 and A.8. */
export class Reception {
  readonly ssrc: number;
  received = 0;
  /** Packets that came a second time, as far as that can be told: among the latest 32. */
  duplicates = 0;
  /** Which of the latest 32 sequence numbers came; the lowest bit is the highest number. */
  #seen = 0;
  #baseSequence: number;
  #maxSequence: number;
  #cycles = 0;
  #badSequence = -1;
  #transit: number | undefined;
  #jitter = 0;
  #expectedPrior = 0;
  #receivedPrior = 0;

  constructor(ssrc: number, firstSequence: number) {
    this.ssrc = ssrc;
    this.#baseSequence = firstSequence;
    this.#maxSequence = firstSequence;
  }

  /** Takes in a packet; false for one whose sequence number fits nothing, which a second one in a row then explains. */
  count(sequence: number): boolean {
    const ahead = (sequence - this.#maxSequence) & 0xffff;
    if (ahead < MAX_DROPOUT) {
      if (sequence < this.#maxSequence) this.#cycles += SEQUENCE_SPAN;
      this.#maxSequence = sequence;
      if (ahead === 0 && this.#seen & 1) this.duplicates++;
      this.#seen = (ahead < SEEN ? this.#seen << ahead : 0) | 1;
    } else if (ahead <= SEQUENCE_SPAN - MAX_MISORDER) {
      if (sequence !== this.#badSequence) {
        this.#badSequence = (sequence + 1) & 0xffff;
        return false;
      }
      this.#restart(sequence);
    } else {
      this.#countLate(SEQUENCE_SPAN - ahead);
    }
    this.received++;
    return true;
  }

  /** Forgets when packets came, for a clock that ticks otherwise. */
  restartMeasuring(): void {
    this.#transit = undefined;
    this.#jitter = 0;
  }

  /** Takes in when a packet of audio came; both in units of the media clock. */
  measure(timestamp: number, arrival: number): void {
    const transit = (arrival - timestamp) | 0;
    if (this.#transit !== undefined) {
      const difference = Math.abs((transit - this.#transit) | 0);
      this.#jitter += (difference - this.#jitter) / 16;
    }
    this.#transit = transit;
  }

  /** Packets that should have come and did not; negative where duplicates outnumber the lost. */
  get lost(): number {
    return this.#expected - this.received;
  }

  /** Packets that should have come and did not, duplicates not counted against them. */
  get missing(): number {
    return Math.max(0, this.lost + this.duplicates);
  }

  get jitter(): number {
    return this.#jitter;
  }

  /** What happened since the last report, and moves on to the next interval. */
  report(): ReceptionReport {
    const expected = this.#expected;
    const interval = expected - this.#expectedPrior;
    const lost = interval - (this.received - this.#receivedPrior);
    this.#expectedPrior = expected;
    this.#receivedPrior = this.received;
    return {
      fractionLost: interval === 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / interval)),
      cumulativeLost: Math.max(-0x800000, Math.min(0x7fffff, this.lost)),
      highestSequence: (this.#cycles + this.#maxSequence) >>> 0,
      jitter: Math.floor(this.#jitter) >>> 0,
    };
  }

  get #expected(): number {
    return this.#cycles + this.#maxSequence - this.#baseSequence + 1;
  }

  /** A packet that others have overtaken: new, or one that came before. */
  #countLate(behind: number): void {
    if (behind >= SEEN) return;
    const bit = 1 << behind;
    if (this.#seen & bit) this.duplicates++;
    this.#seen |= bit;
  }

  #restart(sequence: number): void {
    this.#baseSequence = sequence;
    this.#maxSequence = sequence;
    this.#cycles = 0;
    this.#badSequence = -1;
    this.#seen = 1;
    this.received = 0;
    this.duplicates = 0;
    this.#expectedPrior = 0;
    this.#receivedPrior = 0;
    this.#transit = undefined;
  }
}
