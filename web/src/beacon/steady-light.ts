import type { LightPicture } from '../api/device-stream.js';

/** How long one picture counts at most, in milliseconds; a still pattern sends only one. */
const LONGEST_STEP = 1_000;

/** The average of what an activity has shown so far: what a beacon looks like whose flashing nobody sees. */
export class SteadyLight {
  #activityId: number | undefined;
  #sum: Float64Array<ArrayBuffer> = new Float64Array(0);
  #total = 0;
  #last: Uint8Array | undefined;
  #lastAt = 0;

  /** Takes in a picture at a time in milliseconds and returns the average. */
  add(picture: LightPicture, at: number): ArrayLike<number> {
    if (picture.activityId !== this.#activityId || this.#sum.length !== picture.sections.length)
      this.#reset(picture);
    const step = Math.min(LONGEST_STEP, at - this.#lastAt);
    if (this.#last && step > 0) {
      this.#last.forEach((value, index) => {
        this.#sum[index] = (this.#sum[index] ?? 0) + value * step;
      });
      this.#total += step;
    }
    this.#last = picture.sections;
    this.#lastAt = at;
    return this.#total === 0 ? picture.sections : this.#sum.map((value) => value / this.#total);
  }

  #reset(picture: LightPicture): void {
    this.#activityId = picture.activityId;
    this.#sum = new Float64Array(picture.sections.length);
    this.#total = 0;
    this.#last = undefined;
  }
}
