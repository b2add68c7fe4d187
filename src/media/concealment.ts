import type { AudioDecoder } from './codecs/audio-codec.js';

/** All in seconds. What is made up fades out over this time: longer holes are honest silence. */
const FADE = 0.06;
/** How much of the past is known, and how much of it is compared to find its period. */
const HISTORY = 0.03;
const COMPARED = 0.01;
/** Periods of voices and tones. */
const SHORTEST_PERIOD = 0.0025;
const LONGEST_PERIOD = 0.015;

/**
 * Makes up what was lost: the codec's own guess where it has one, else the last period of what was heard, again
 * and again, ever softer (the idea of ITU-T G.711 appendix I).
 */
export class Concealment {
  #rate = 8_000;
  #history = new Int16Array(0);
  #period = 0;
  /** Samples made up since the last that was real. */
  #made = 0;

  /** Takes note of what is heard at so many samples a second. */
  remember(frame: Int16Array, rate: number): void {
    if (this.#made > 0) return;
    if (rate !== this.#rate || this.#history.length === 0) {
      this.#rate = rate;
      this.#history = new Int16Array(Math.floor(HISTORY * rate));
    }
    const history = this.#history;
    const fresh = frame.length > history.length ? frame.subarray(frame.length - history.length) : frame;
    history.copyWithin(0, fresh.length);
    history.set(fresh, history.length - fresh.length);
  }

  /** Real sound has come again. */
  stop(): void {
    this.#made = 0;
  }

  /** Sound for a hole of so many samples. */
  make(count: number, decoder: AudioDecoder | undefined): Int16Array {
    const sound = this.#isFaded ? undefined : decoder?.conceal?.(count);
    const samples = sound?.length === count ? sound : this.#repeat(count);
    this.#made += count;
    return samples;
  }

  get #isFaded(): boolean {
    return this.#made >= FADE * this.#rate;
  }

  #repeat(count: number): Int16Array {
    const samples = new Int16Array(count);
    if (this.#isFaded || this.#history.length === 0) return samples;
    if (this.#made === 0) this.#period = periodOf(this.#history, this.#rate);
    const start = this.#history.length - this.#period;
    for (let index = 0; index < count; index++) {
      const place = this.#made + index;
      const loudness = Math.max(0, 1 - place / (FADE * this.#rate));
      samples[index] = (this.#history[start + (place % this.#period)] ?? 0) * loudness;
    }
    return samples;
  }
}

/** The distance at which the end of some sound is most like what was before, in samples. */
function periodOf(history: Int16Array, rate: number): number {
  const compared = Math.floor(COMPARED * rate);
  const end = history.length;
  const stride = Math.max(1, Math.floor(rate / 8_000));
  let best = Math.floor(LONGEST_PERIOD * rate);
  let least = Infinity;
  for (let lag = Math.floor(SHORTEST_PERIOD * rate); lag <= LONGEST_PERIOD * rate; lag++) {
    let difference = 0;
    for (let index = end - compared; index < end; index += stride) {
      difference += Math.abs((history[index] ?? 0) - (history[index - lag] ?? 0));
    }
    if (difference < least) [least, best] = [difference, lag];
  }
  return best;
}
