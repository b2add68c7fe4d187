/** Samples a second of every recording that the device keeps; other rates are made of it. */
export const SOUND_RATE = 48_000;

/** Samples of a millisecond; recordings last whole ones, so that they loop in step at every rate. */
export const SAMPLES_PER_MILLISECOND = SOUND_RATE / 1_000;
