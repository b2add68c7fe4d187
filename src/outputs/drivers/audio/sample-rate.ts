/** Samples a second of every sound card. */
export const SAMPLE_RATE = 48_000;
