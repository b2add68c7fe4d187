import { CHANNEL_COUNT, FRAME_BYTES, type LightFrame, SECTION_COUNT } from './light-frame.js';

/** Writes the whole ring as one lamp, red, green, blue and white, into `mean`. */
export function ringMean(frame: LightFrame, mean: Float64Array): void {
  mean.fill(0);
  for (let at = 0; at < FRAME_BYTES; at++) {
    const channel = at % CHANNEL_COUNT;
    mean[channel] = (mean[channel] ?? 0) + (frame[at] ?? 0) / SECTION_COUNT;
  }
}
