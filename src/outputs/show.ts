import type { ActivityId, ProfileName } from '../base/ids.js';
import type { SoundPattern } from '../patterns/sound-pattern.js';
import type { LightSettings } from '../patterns/light-pattern.js';

interface Shown {
  readonly activityId: ActivityId;
  readonly profile?: ProfileName;
  readonly priority: number;
  /** The pattern by the device manual's spelling. */
  readonly pattern: string;
  /** When the pattern's first period began, in the milliseconds of `Clock.now()`. */
  readonly startedAt: number;
}

/** The light activity that runs. */
export interface ShownLight extends Shown, LightSettings {}

/** The siren activity that runs. */
export interface ShownSiren extends Shown {
  /** Loudness from 1 to 5. */
  readonly intensity: number;
  /** What is heard, where that is more than the manual's pattern of the name: an own sound, a text that is spoken. */
  readonly sound?: SoundPattern;
}

/** Somebody's voice as it comes; `listen` gives 20 ms each 20 ms, at so many samples a second, and what ends that. */
export interface LiveVoice {
  listen(listener: (samples: Int16Array, rate: number) => void): () => void;
}

/** A caller who speaks over the loudspeakers. Outputs that carry no voice know nothing of it. */
export interface ShownPage {
  readonly activityId: ActivityId;
  readonly priority: number;
  readonly voice: LiveVoice;
  /** What becomes of a siren of no higher priority meanwhile: it is heard softly below the voice, or not at all. */
  readonly siren: 'duck' | 'silence';
}

/** What the outputs show now; a function without an activity is dark or silent. */
export interface Show {
  readonly light?: ShownLight;
  readonly siren?: ShownSiren;
  readonly page?: ShownPage;
}
