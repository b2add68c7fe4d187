import { patternKey } from '../pattern-key.js';
import type { SoundPattern } from '../sound-pattern.js';
import { alarmHighPitch } from './alarm-high-pitch.js';
import { alarmSingleBeep } from './alarm-single-beep.js';
import { notificationAccepted } from './notification-accepted.js';
import { notificationCalling } from './notification-calling.js';
import { notificationDone } from './notification-done.js';
import { notificationEntry } from './notification-entry.js';
import { sirenAlternate } from './siren-alternate.js';
import { sirenEvac } from './siren-evac.js';
import { sirenFallingPitch } from './siren-falling-pitch.js';

/** Every sound pattern, in the order of the device manual. */
export const SOUND_PATTERNS: readonly SoundPattern[] = [
  alarmHighPitch,
  alarmSingleBeep,
  notificationAccepted,
  notificationCalling,
  notificationDone,
  notificationEntry,
  sirenAlternate,
  sirenEvac,
  sirenFallingPitch,
];

/** By the manual's spelling, which stored profiles have, and by what any other spelling has in common with it. */
const BY_NAME = new Map(
  SOUND_PATTERNS.flatMap((pattern) => [
    [pattern.name, pattern] as const,
    [patternKey(pattern.name), pattern] as const,
  ]),
);

/** The pattern of a name, however it is spelled as to case, colons and spaces. */
export function findSoundPattern(name: string): SoundPattern | undefined {
  return BY_NAME.get(name) ?? BY_NAME.get(patternKey(name));
}
