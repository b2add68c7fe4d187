import type { SampleRate } from '../patterns/sample-rate.js';
import type { SoundParts, SoundPattern } from '../patterns/sound-pattern.js';

/** Blocks of 10 ms are rendered at a time: as long as calls may wait for it. */
const BLOCKS_PER_SECOND = 100;

/** At which sampling lets no high tones fold back. */
const FULL_RATE = 48_000;

const FULL_SCALE = 32_767;

/**
 * Lead-in and one period of a sound at full intensity, rendered block by block where it is first heard and kept:
 * rendering it whole would hold up the device's calls for as long as a second.
 */
export class SoundLoopBlocks {
  /** Samples that are heard once. */
  readonly leadIn: number;
  /** Samples that are rendered at a time. */
  readonly block: number;
  readonly #pattern: SoundPattern;
  readonly #rate: SampleRate;
  readonly #samples: Int16Array;
  readonly #rendered: Uint8Array;
  #next = 0;

  constructor(pattern: SoundPattern, rate: SampleRate) {
    this.#pattern = pattern;
    this.#rate = rate;
    this.block = rate / BLOCKS_PER_SECOND;
    this.leadIn = Math.round(((pattern.leadIn ?? 0) * rate) / 1_000);
    const period = Math.max(1, Math.round((pattern.period * rate) / 1_000));
    this.#samples = new Int16Array(this.leadIn + period);
    this.#rendered = new Uint8Array(Math.ceil(this.#samples.length / this.block));
    // Until its own form at this rate is there, a recording is sampled, which telephones hardly tell.
    if (rate < FULL_RATE) void pattern.render?.(rate).then((parts) => this.#take(parts));
  }

  /** Samples of the lead-in and one period. */
  get length(): number {
    return this.#samples.length;
  }

  /** The position so many samples after the start. */
  positionAfter(elapsed: number): number {
    if (elapsed < this.length) return elapsed;
    return this.leadIn + ((elapsed - this.leadIn) % (this.length - this.leadIn));
  }

  /** Whether the sample at `position` was rendered. */
  has(position: number): boolean {
    return this.#rendered[Math.floor(position / this.block)] === 1;
  }

  /** The sample at `position` (0 to `length` - 1), which must have been rendered. */
  at(position: number): number {
    return this.#samples[position] ?? 0;
  }

  /** Renders the block around `position`. */
  render(position: number): void {
    const block = Math.floor(position / this.block);
    if (this.#rendered[block] !== 0) return;
    const end = Math.min(this.#samples.length, (block + 1) * this.block);
    for (let index = block * this.block; index < end; index++) {
      this.#samples[index] = Math.round(FULL_SCALE * this.#pattern.sample(index / this.#rate));
    }
    this.#rendered[block] = 1;
  }

  #take({ leadIn, loop }: SoundParts): void {
    const parts = [...leadIn, ...loop].slice(0, this.#samples.length);
    parts.forEach((value, index) => {
      this.#samples[index] = Math.round(FULL_SCALE * value);
    });
    if (parts.length === this.#samples.length) this.#rendered.fill(1);
  }

  /** Renders one block that is missing; false where none is. */
  renderNext(): boolean {
    while (this.#rendered[this.#next] === 1) this.#next++;
    if (this.#next >= this.#rendered.length) return false;
    this.render(this.#next * this.block);
    return true;
  }
}

/** All loops of 16 bits that were needed and can be needed again: every output plays the same ones. */
const loops = new WeakMap<SoundPattern, Map<SampleRate, SoundLoopBlocks>>();

/** The loop of a sound. The manual's make up 8 MB at 48 kHz, and stay; that of a recording goes with it. */
export function soundLoopBlocks(pattern: SoundPattern, rate: SampleRate): SoundLoopBlocks {
  const byRate = loops.get(pattern) ?? new Map<SampleRate, SoundLoopBlocks>();
  loops.set(pattern, byRate);
  const loop = byRate.get(rate) ?? new SoundLoopBlocks(pattern, rate);
  byRate.set(rate, loop);
  return loop;
}
