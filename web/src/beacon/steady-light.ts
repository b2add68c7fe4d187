import type { LightPicture } from '../api/device-stream.js';

const CHANNELS = 4;
/** So much brighter a section must become before it is painted anew. */
const STEP = 8;

/**
 * What a beacon looks like whose flashing nobody sees: each section as bright as it has been since the activity
 * began. A section only ever becomes brighter, so that nothing can flash however the pattern goes.
 */
export class SteadyLight {
  #activityId: number | undefined;
  #brightest = new Uint8Array(0);

  /** Takes in a picture; true where there is something new to paint. */
  add({ activityId, sections }: LightPicture): boolean {
    if (activityId !== this.#activityId || sections.length !== this.#brightest.length) {
      this.#activityId = activityId;
      this.#brightest = Uint8Array.from(sections);
      return true;
    }
    let isOther = false;
    for (let offset = 0; offset < sections.length; offset += CHANNELS) {
      const section = sections.subarray(offset, offset + CHANNELS);
      if (brightnessOf(section) < brightnessOf(this.#brightest.subarray(offset, offset + CHANNELS)) + STEP)
        continue;
      this.#brightest.set(section, offset);
      isOther = true;
    }
    return isOther;
  }

  get sections(): Uint8Array {
    return this.#brightest;
  }
}

function brightnessOf(section: Uint8Array): number {
  return Math.max(...section);
}
