import type { Spectrum } from './spectrum.js';

/** Thirds of octaves from 100 Hz up: about what the ear tells apart. */
const LOWEST = 100;
const BANDS = 16;
/** Decibels of full scale; below is silence. */
const SILENCE = -55;

/** How loud a sound is over time in each band of the ear, in decibels above silence. */
export type Impression = readonly Float64Array[];

export function impressionOf(spectra: readonly Spectrum[]): Impression {
  return spectra.map(({ powers, spacing }) => {
    const bands = new Float64Array(BANDS);
    powers.forEach((power, line) => {
      const band = Math.round(3 * Math.log2((line * spacing) / LOWEST));
      if (band >= 0 && band < BANDS) bands[band] = (bands[band] ?? 0) + power;
    });
    return bands.map((power) => Math.max(0, 10 * Math.log10(power) - SILENCE));
  });
}

/**
 * How different two looping sounds are, from 0, the same, to 1, where at no moment the two have a band in common:
 * what they do not share of all that is heard, at that shift in time at which they are the most alike.
 */
export function distanceOf(one: Impression, other: Impression, frames: number): number {
  let least = 1;
  for (let shift = 0; shift < other.length; shift++) {
    let apart = 0;
    let all = 0;
    for (let frame = 0; frame < frames; frame++) {
      const a = one[frame % one.length] as Float64Array;
      const b = other[(frame + shift) % other.length] as Float64Array;
      for (let band = 0; band < BANDS; band++) {
        const left = a[band]!;
        const right = b[band]!;
        apart += left > right ? left - right : right - left;
        all += left > right ? left : right;
      }
    }
    least = Math.min(least, apart / all);
  }
  return least;
}
