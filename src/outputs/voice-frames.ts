import { StreamResampler } from '../media/stream-resampler.js';
import { frameSamples } from '../media/tone-source.js';
import type { LiveVoice } from './show.js';

/** Frames of 20 ms that wait at most; an older one is left out, so that the delay never grows. */
const MOST_WAITING = 3;
/** Frames after which it is looked whether some of them need not wait: a quarter of a second. */
const LOOK_EVERY = 12;

/** A voice in frames of 20 ms at one rate, for whoever takes them at a pace of its own. */
export class VoiceFrames {
  readonly #rate: number;
  readonly #waiting: Int16Array[] = [];
  readonly #stop: () => void;
  readonly #onFrame: ((frame: Int16Array) => void) | undefined;
  #taken = 0;
  #fewest = MOST_WAITING;
  #resampler: { readonly from: number; readonly use: StreamResampler } | undefined;

  /** With `onFrame` each is handed over as it comes, and none waits. */
  constructor(voice: LiveVoice, rate: number, onFrame?: (frame: Int16Array) => void) {
    this.#rate = rate;
    this.#onFrame = onFrame;
    this.#stop = voice.listen((samples, from) => this.#hear(samples, from));
  }

  /** The next 20 ms; undefined where nothing has come. The array is the taker's. */
  next(): Int16Array | undefined {
    const frame = this.#waiting.shift();
    this.#fewest = Math.min(this.#fewest, this.#waiting.length);
    if (++this.#taken % LOOK_EVERY === 0) {
      // What has waited all the while is mere delay: a burst left it behind.
      if (this.#fewest > 0) this.#waiting.shift();
      this.#fewest = MOST_WAITING;
    }
    return frame;
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
