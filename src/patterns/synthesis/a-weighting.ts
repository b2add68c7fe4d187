/** 2.00 dB, which makes the weighting 1 at 1 kHz. */
const NORMALISATION = 1.2589;

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
