import type { SoundPattern } from '../../../patterns/sound-pattern.js';

/** Samples a second of every sound card. */
export const SAMPLE_RATE = 48_000;

/** Samples that are rendered at a time, 10 ms: as long as calls may wait for it. */
export const BLOCK = 480;

const FULL_SCALE = 32_767;

/**
 * Lead-in and one period of a sound at full intensity, rendered block by block where it is first heard and kept:
 * rendering it whole would hold up the device's calls for as long as a second.
 */
export class SoundLoopBlocks {
  /** Samples that are heard once. */
  readonly leadIn: number;
  readonly #pattern: SoundPattern;
  readonly #samples: Int16Array;
  readonly #rendered: Uint8Array;
  #next = 0;

  constructor(pattern: SoundPattern) {
    this.#pattern = pattern;
    this.leadIn = Math.round(((pattern.leadIn ?? 0) * SAMPLE_RATE) / 1_000);
    const period = Math.max(1, Math.round((pattern.period * SAMPLE_RATE) / 1_000));
    this.#samples = new Int16Array(this.leadIn + period);
    this.#rendered = new Uint8Array(Math.ceil(this.#samples.length / BLOCK));
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
    return this.#rendered[Math.floor(position / BLOCK)] === 1;
  }

  /** The sample at `position` (0 to `length` - 1), which must have been rendered. */
  at(position: number): number {
    return this.#samples[position] ?? 0;
  }

  /** Renders the block around `position`. */
  render(position: number): void {
    const block = Math.floor(position / BLOCK);
    if (this.#rendered[block] !== 0) return;
    const end = Math.min(this.#samples.length, (block + 1) * BLOCK);
    for (let index = block * BLOCK; index < end; index++) {
      this.#samples[index] = Math.round(FULL_SCALE * this.#pattern.sample(index / SAMPLE_RATE));
    }
    this.#rendered[block] = 1;
  }

  /** Renders one block that is missing; false where none is. */
  renderNext(): boolean {
    while (this.#rendered[this.#next] === 1) this.#next++;
    if (this.#next >= this.#rendered.length) return false;
    this.render(this.#next * BLOCK);
    return true;
  }
}

/** All loops of 16 bits that were needed and can be needed again: every output plays the same ones. */
const loops = new WeakMap<SoundPattern, SoundLoopBlocks>();

/** The loop of a sound. The manual's make up 8 MB, and stay; that of a recording goes with it. */
export function soundLoopBlocks(pattern: SoundPattern): SoundLoopBlocks {
  let loop = loops.get(pattern);
  if (!loop) {
    loop = new SoundLoopBlocks(pattern);
    loops.set(pattern, loop);
  }
  return loop;
}
