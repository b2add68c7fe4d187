/** Up to here everything is heard in full. */
const FULL_UP_TO = 3_200;
/** From here on nothing is: below half of 8 kHz with room for the sidebands of a tone that swells. */
const NOTHING_FROM = 3_600;

/** Whether a sound that reaches up to `hertz` is touched by the limit at all. */
export function reachesLimit(hertz: number): boolean {
  return hertz > FULL_UP_TO;
}

/** The share of an oscillator's amplitude that stays, so that it fades as it glides out of the band. */
export function withinBand(hertz: number): number {
  if (hertz <= FULL_UP_TO) return 1;
  if (hertz >= NOTHING_FROM) return 0;
  return (1 + Math.cos((Math.PI * (hertz - FULL_UP_TO)) / (NOTHING_FROM - FULL_UP_TO))) / 2;
}
