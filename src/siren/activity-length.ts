import { findLightPattern } from '../patterns/light/index.js';
import type { SoundPattern } from '../patterns/sound-pattern.js';
import type { Profile } from './profile.js';

/** Milliseconds. The schema lets no unknown pattern in; were there one, its alarm should still last a while. */
const PERIOD_OF_UNKNOWN = 1_000;

/** How long a light lasts, in milliseconds; none is until stopped. */
export function lightLength(duration: Profile['duration'], light: NonNullable<Profile['light']>) {
  return lengthOf(duration, () => findLightPattern(light.pattern)?.period(light));
}

/** How long a siren lasts, in milliseconds; none is until stopped. */
export function sirenLength(duration: Profile['duration'], sound: SoundPattern | undefined) {
  if (duration.unit === 'repetitions' && sound?.lasts) return sound.lasts(duration.count);
  return lengthOf(duration, () => sound?.period);
}

function lengthOf(duration: Profile['duration'], period: () => number | undefined): number | undefined {
  switch (duration.unit) {
    case 'continuous':
      return undefined;
    case 'time':
      return duration.seconds * 1_000;
    case 'repetitions':
      return duration.count * (period() ?? PERIOD_OF_UNKNOWN);
  }
}
