/** Samples a second of everything in this room (RFC 3551 section 4.5). */
export const SAMPLE_RATE = 8_000;

/** Samples in one frame of 20 ms. */
export const FRAME_SAMPLES = 160;

/**
 * Gives the next 20 ms of sound, 160 linear samples of 16 bits, or undefined when it is over. The array may be
 * reused by the source: it is read before the next call.
 */
export type ToneSource = () => Int16Array | undefined;
