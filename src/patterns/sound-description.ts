/** One oscillator of a timbre: its frequency as a multiple of the pitch, and its amplitude. */
interface Oscillator {
  readonly ratio: number;
  readonly amplitude: number;
}

export type Timbre = readonly Oscillator[];

/** A pitch in hertz, or a sweep from one to another at an even musical rate. */
export type Pitch = number | readonly [from: number, to: number];

/** A stretch of silence, or of one tone. */
export type SoundSegment =
  | { readonly pause: number }
  | {
      /** Length in seconds. */
      readonly tone: number;
      readonly pitch: Pitch;
      readonly timbre: Timbre;
      /** Seconds in which a struck tone falls to 37 %; without it the tone is held. */
      readonly decay?: number;
    };

/**
 * What a sound pattern is made of: segments one after the other, then from the start again. Every oscillator
 * stays below 3,700 Hz, so that the sound is the same through a telephone (8 kHz) as on a sound card.
 */
export interface SoundDescription {
  readonly name: string;
  readonly segments: readonly SoundSegment[];
}
