export const INPUT_LIMITS = {
  /** Numbered from 1, as clients of such devices know them. */
  virtualInputs: 64,
  manualTriggers: 32,
  heartbeats: 32,
  ioPorts: 32,
  /** The longest time after which something goes back by itself, in seconds: 30 days. */
  seconds: 2_592_000,
} as const;
