const FULL_SCALE = 32_768;

/** Measures how loud a sound is on the whole. */
export class LevelMeter {
  #sum = 0;
  #count = 0;

  readonly hear = (samples: Int16Array): void => {
    for (const sample of samples) this.#sum += sample * sample;
    this.#count += samples.length;
  };

  /** Decibels of full scale, -96 for silence; undefined where nothing was heard. */
  get decibels(): number | undefined {
    if (this.#count === 0) return undefined;
    const level = Math.sqrt(this.#sum / this.#count) / FULL_SCALE;
    return Math.max(QUIETEST, 20 * Math.log10(level));
  }
}

/** The range of 16 bits. */
const QUIETEST = -96;
