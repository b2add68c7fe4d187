import type { SoundPattern } from '../../../patterns/sound-pattern.js';
import { BLOCK, SAMPLE_RATE, soundLoopBlocks, type SoundLoopBlocks } from './sound-loop-blocks.js';

/** Decibels between two steps of intensity, as in every sound of the device. */
const STEP_DECIBELS = 6;
const LOUDEST = 5;
/** Samples over which a sound that begins in its middle comes up: 5 ms, so that it begins without a click. */
const FADE_IN = 240;

export interface SoundStreamOptions {
  /** None is silence. */
  readonly sound: SoundPattern | undefined;
  /** From 1 to 5; each step is 6 dB. */
  readonly intensity: number;
  /** From 0 to 1, a factor of the amplitude. */
  readonly volume: number;
  readonly channels: 1 | 2;
  /** Milliseconds since the sound's first period began. */
  readonly elapsedMs: number;
}

/** A siren's sound as bytes for a sound card, 16 bits little-endian, from a moment on and without end. */
export class SoundStream {
  readonly #loop: SoundLoopBlocks | undefined;
  readonly #channels: number;
  readonly #gain: number;
  #position: number;
  #sent = 0;

  constructor({ sound, intensity, volume, channels, elapsedMs }: SoundStreamOptions) {
    this.#loop = sound && soundLoopBlocks(sound);
    this.#channels = channels;
    this.#gain = volume * 10 ** ((-STEP_DECIBELS * (LOUDEST - intensity)) / 20);
    const elapsed = Math.round((Math.max(0, elapsedMs) * SAMPLE_RATE) / 1_000);
    this.#position = this.#loop?.positionAfter(elapsed) ?? 0;
  }

  /**
   * The next samples, at most `count`, and fewer where more than `mostBlocks` of 10 ms would have to be rendered
   * for them.
   */
  read(count: number, mostBlocks: number): Buffer {
    const bytes = Buffer.alloc(count * this.#channels * 2);
    let blocks = mostBlocks;
    let written = 0;
    while (written < count) {
      if (this.#loop && !this.#loop.has(this.#position)) {
        if (blocks === 0) break;
        this.#loop.render(this.#position);
        blocks--;
      }
      written += this.#copy(bytes, written, count);
    }
    return bytes.subarray(0, written * this.#channels * 2);
  }

  /** Copies up to the end of a block; gives how many samples. */
  #copy(bytes: Buffer, start: number, end: number): number {
    const loop = this.#loop;
    if (!loop) return end - start;
    const blockEnd = Math.min(loop.length, (Math.floor(this.#position / BLOCK) + 1) * BLOCK);
    const count = Math.min(end - start, blockEnd - this.#position);
    let offset = start * this.#channels * 2;
    for (let index = 0; index < count; index++) {
      const fade = this.#sent < FADE_IN ? this.#sent / FADE_IN : 1;
      const value = Math.round(loop.at(this.#position + index) * this.#gain * fade);
      for (let channel = 0; channel < this.#channels; channel++) offset = bytes.writeInt16LE(value, offset);
      this.#sent++;
    }
    this.#position = loop.positionAfter(this.#position + count);
    return count;
  }
}
