/** One oscillator of a timbre: its frequency as a multiple of the pitch, and its amplitude. */
export interface Oscillator {
  readonly ratio: number;
  readonly amplitude: number;
}

export type Timbre = readonly Oscillator[];

/** Hertz, or a glide through several, evenly spaced in time, from each to the next at an even musical rate. */
export type Course = number | readonly [number, number, ...number[]];

/** What lets through only a part of a sound: all below a frequency, or a band around it. */
export interface SoundFilter {
  readonly pass: 'low' | 'band';
  readonly hertz: Course;
}

/** A slow oscillation; `rate` in times a second. */
export interface Vibrato {
  readonly rate: number;
  /** Semitones to either side. */
  readonly depth: number;
}

export interface Tremolo {
  readonly rate: number;
  /** From 0 to 1, the share of the amplitude that comes and goes; it begins with all of it. */
  readonly depth: number;
}

interface Event {
  /** Seconds from the start of the loop. */
  readonly at: number;
  /** Seconds from the first to the last moment, swelling and fading included; it ends before the loop does. */
  readonly lasts: number;
  /** Amplitude beside the other events of the sound; 1 without it. */
  readonly level?: number;
  /** Seconds in which it swells; 0.008 without it, so that nothing clicks. */
  readonly attack?: number;
  /** Seconds in which it fades at its end; 0.008 without it. */
  readonly release?: number;
  /** Seconds in which a struck tone falls to 37 %; without it the tone is held. */
  readonly decay?: number;
  readonly tremolo?: Tremolo;
  readonly filter?: SoundFilter;
}

export interface Note extends Event {
  readonly pitch: Course;
  readonly timbre: Timbre;
  readonly vibrato?: Vibrato;
}

/** A rush of air: many oscillators without order between two frequencies, the same each time. */
export interface Noise extends Event {
  readonly noise: readonly [lowest: number, highest: number];
}

export type SoundEvent = Note | Noise;

/**
 * What a sound pattern is made of: notes and noises, one after the other or together, then from the start again.
 * Whatever lies above 3,600 Hz is left out, so that the sound is the same through a telephone (8 kHz) as on a
 * sound card.
 */
export interface SoundDescription {
  readonly name: string;
  /** Seconds until it begins again; a whole number of milliseconds, which is one of samples at every rate. */
  readonly length: number;
  /**
   * What the sum of the events is multiplied by, so that the sound is as loud as every other. A constant, because
   * measuring it takes longer than an alarm may wait; the test of the patterns says what it must be.
   */
  readonly gain: number;
  readonly events: readonly SoundEvent[];
}
