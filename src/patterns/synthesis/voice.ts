/** One event of a sound, ready to sound. */
export interface Voice {
  /** Its sound pressure so many seconds after it began. */
  valueAt(elapsed: number): number;
}
