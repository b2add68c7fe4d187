/** One event of a sound, ready to sound. Times are seconds since the event began. */
export interface Voice {
  valueAt(elapsed: number): number;
  /** The A-weighted power, averaged over the cycles of its oscillators. */
  powerAt(elapsed: number): number;
}
