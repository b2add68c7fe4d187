import { milliseconds, type Duration } from './duration.js';

const STEPS = [250, 500, 1_000, 2_000, 5_000] as const;

/** How long to wait before something that failed is tried again, by how often it failed before: 0.25 s to 5 s. */
export function backOff(failures: number): Duration {
  return milliseconds(STEPS[Math.min(failures, STEPS.length - 1)] ?? 0);
}
