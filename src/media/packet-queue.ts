import { frameSamples } from './tone-source.js';

/** Packets of 60 ms and a frame that does not fit any more, at the highest rate. */
const MOST_SAMPLES = 4 * frameSamples(48_000);
const NO_ROOM = new Int16Array(0);

/** Sound that does not fill a packet yet, where packets are not as long as the frames that it comes in. */
export class PacketQueue {
  /** How many samples a packet has. */
  packetSamples = frameSamples(8_000);
  length = 0;
  #samples = NO_ROOM;
  /** How many samples at the end are silence, so that a packet of nothing else is known. */
  #silent = 0;

  /** Appends a frame; none is one of so many silent samples. */
  add(frame: Int16Array | undefined, count: number): void {
    if (this.#samples === NO_ROOM) this.#samples = new Int16Array(MOST_SAMPLES);
    if (frame === undefined) {
      this.#samples.fill(0, this.length, this.length + count);
      this.#silent += count;
    } else {
      this.#samples.set(frame, this.length);
      this.#silent = 0;
    }
    this.length += count;
  }

  /** Takes the first samples out, undefined where they are silent. */
  take(count: number): Int16Array | undefined {
    const samples = this.#silent >= this.length ? undefined : this.#samples.slice(0, count);
    this.#samples.copyWithin(0, count, this.length);
    this.length -= count;
    this.#silent = Math.min(this.#silent, this.length);
    return samples;
  }

  clear(): void {
    this.length = 0;
    this.#silent = 0;
  }
}
