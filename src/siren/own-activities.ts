import type { ActivityPurpose } from '../events/device-event.js';
import type { Profile } from './profile.js';

/** What the device shows and sounds for a purpose of its own. */
export interface OwnActivity {
  readonly name: string;
  readonly priority: number;
  readonly light?: NonNullable<Profile['light']>;
  readonly siren?: NonNullable<Profile['siren']>;
}

/** Has its place among the activities of the siren and is not heard: the sirens of alarms wait behind it. */
export const SILENCE: NonNullable<Profile['siren']> = { pattern: 'Silence', intensity: 1 };

const ownLight = (pattern: string, intensity: number) => ({ pattern, speed: 1, intensity, colors: [] });

/** The device's own activities, by purpose. Source of the priorities: the device manual, "Profiles". */
export const OWN_ACTIVITIES: Readonly<Record<Exclude<ActivityPurpose, 'preview' | 'paging'>, OwnActivity>> = {
  maintenance: { name: 'Maintenance', priority: 11, light: ownLight('Maintenance', 2), siren: SILENCE },
  // Light alone: whoever looks for the device in a rack must not silence an alarm by that.
  identify: { name: 'Identify', priority: 12, light: ownLight('Identify', 3) },
  healthCheck: {
    name: 'Health check',
    priority: 13,
    light: ownLight('Health check', 3),
    siren: { pattern: 'Alarm: Single beep', intensity: 1 },
  },
};
