import type { SampleRate } from '../patterns/sample-rate.js';
import type { SoundPattern } from '../patterns/sound-pattern.js';
import { soundLoopBlocks, type SoundLoopBlocks } from './sound-loop-blocks.js';

/** Decibels between two steps of intensity, as in every sound of the device. */
const STEP_DECIBELS = 6;
const LOUDEST = 5;
/** Over so many seconds a sound that begins in its middle comes up, so that it begins without a click. */
const FADE_IN_SECONDS = 0.005;

export interface SoundStreamOptions {
  /** None is silence. */
  readonly sound: SoundPattern | undefined;
  /** From 1 to 5; each step is 6 dB. */
  readonly intensity: number;
  /** From 0 to 1, a factor of the amplitude. */
  readonly volume: number;
  readonly channels: 1 | 2;
  readonly rate: SampleRate;
  /** Milliseconds since the sound's first period began. */
  readonly elapsedMs: number;
}

/** A siren's sound as 16 bits little-endian, from a moment on and without end. */
export class SoundStream {
  readonly #loop: SoundLoopBlocks | undefined;
  readonly #channels: number;
  readonly #gain: number;
  /** In samples. */
  readonly #fadeIn: number;
  #position: number;
  #sent = 0;

  constructor({ sound, intensity, volume, channels, rate, elapsedMs }: SoundStreamOptions) {
    this.#loop = sound && soundLoopBlocks(sound, rate);
    this.#channels = channels;
    this.#fadeIn = Math.round(FADE_IN_SECONDS * rate);
    this.#gain = volume * 10 ** ((-STEP_DECIBELS * (LOUDEST - intensity)) / 20);
    const elapsed = Math.round((Math.max(0, elapsedMs) * rate) / 1_000);
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
    const blockEnd = Math.min(loop.length, (Math.floor(this.#position / loop.block) + 1) * loop.block);
    const count = Math.min(end - start, blockEnd - this.#position);
    let offset = start * this.#channels * 2;
    for (let index = 0; index < count; index++) {
      const fade = this.#sent < this.#fadeIn ? this.#sent / this.#fadeIn : 1;
      const value = Math.round(loop.at(this.#position + index) * this.#gain * fade);
      for (let channel = 0; channel < this.#channels; channel++) offset = bytes.writeInt16LE(value, offset);
      this.#sent++;
    }
    this.#position = loop.positionAfter(this.#position + count);
    return count;
  }
}
