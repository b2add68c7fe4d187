/** Brightness steps a profile can choose from. */
const STEPS = 5;

/** The brightness (0 to 1) of an intensity from 1 to 5: even steps to the eye, 5 is all the lamp can do. */
export function brightness(intensity: number): number {
  return Math.min(STEPS, Math.max(0, intensity)) / STEPS;
}
