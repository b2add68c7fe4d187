import { spectraOfLoop } from './spectrum.js';

/** 2.00 dB, which makes the weighting 1 at 1 kHz. */
const NORMALISATION = 1.2589;
/** The integration time of the time weighting F, in seconds (IEC 61672-1). */
const FAST = 0.125;
/** Samples between two readings. */
const HOP = 64;
const SIZE = 256;

/**
 * How loud the ear finds a tone of `hertz` beside one of 1 kHz at the same pressure, as a factor of the
 * amplitude (IEC 61672-1, A-weighting).
 */
export function aWeighting(hertz: number): number {
  const f2 = hertz * hertz;
  const numerator = 12_194 ** 2 * f2 * f2;
  const denominator =
    (f2 + 20.6 ** 2) * Math.sqrt((f2 + 107.7 ** 2) * (f2 + 737.9 ** 2)) * (f2 + 12_194 ** 2);
  return (NORMALISATION * numerator) / denominator;
}

/**
 * The highest reading of a sound level meter (A-weighted, time weighting F) while a sound loops, in decibels below
 * a direct current of full scale. It is about as slow as the ear, which finds a short beep softer than a long one.
 */
export function loudestReading(loop: ArrayLike<number>, sampleRate: number): number {
  const keep = Math.exp(-HOP / sampleRate / FAST);
  const weights = Float64Array.from({ length: SIZE / 2 }, (_, line) =>
    aWeighting((line * sampleRate) / SIZE),
  );
  const powers = spectraOfLoop(loop, { sampleRate, size: SIZE, hop: HOP }).map((spectrum) =>
    spectrum.powers.reduce((sum, power, line) => sum + power * weights[line]! ** 2, 0),
  );
  let reading = 0;
  let highest = 0;
  // A loop may be shorter than the meter's memory: a second more fills it.
  for (let step = 0; step < powers.length + sampleRate / HOP; step++) {
    reading = keep * reading + (1 - keep) * powers[step % powers.length]!;
    highest = Math.max(highest, reading);
  }
  return 10 * Math.log10(highest);
}
