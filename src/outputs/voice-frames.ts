import { StreamResampler } from '../media/stream-resampler.js';
import { frameSamples } from '../media/tone-source.js';
import type { LiveVoice } from './show.js';

/** Frames of 20 ms that wait at most; an older one is left out, so that the delay never grows. */
const MOST_WAITING = 3;

/** A voice in frames of 20 ms at one rate, for whoever takes them at a pace of its own. */
export class VoiceFrames {
  readonly #rate: number;
  readonly #waiting: Int16Array[] = [];
  readonly #stop: () => void;
  readonly #onFrame: ((frame: Int16Array) => void) | undefined;
  #resampler: { readonly from: number; readonly use: StreamResampler } | undefined;

  /** With `onFrame` each is handed over as it comes, and none waits. */
  constructor(voice: LiveVoice, rate: number, onFrame?: (frame: Int16Array) => void) {
    this.#rate = rate;
    this.#onFrame = onFrame;
    this.#stop = voice.listen((samples, from) => this.#hear(samples, from));
  }

  /** The next 20 ms; undefined where nothing has come. The array is the taker's. */
  next(): Int16Array | undefined {
    return this.#waiting.shift();
  }

  close(): void {
    this.#stop();
  }

  #hear(samples: Int16Array, from: number): void {
    if (this.#resampler?.from !== from) {
      this.#resampler = { from, use: new StreamResampler(from, this.#rate) };
    }
    const frame = this.#resampler.use.process(samples);
    if (frame.length !== frameSamples(this.#rate)) return;
    if (this.#onFrame) {
      this.#onFrame(frame);
      return;
    }
    this.#waiting.push(frame);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
  }
}
