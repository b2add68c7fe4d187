import { patternKey } from '../pattern-key.js';
import type { SoundPattern } from '../sound-pattern.js';
import { alarmBird } from './alarm-bird.js';
import { alarmBoatHorn } from './alarm-boat-horn.js';
import { alarmCarAlarm } from './alarm-car-alarm.js';
import { alarmCarAlarmFast } from './alarm-car-alarm-fast.js';
import { alarmClassicClock } from './alarm-classic-clock.js';
import { alarmFirstAttender } from './alarm-first-attender.js';
import { alarmHighPitch } from './alarm-high-pitch.js';
import { alarmHorror } from './alarm-horror.js';
import { alarmIndustrial } from './alarm-industrial.js';
import { alarmLowPitch } from './alarm-low-pitch.js';
import { alarmSingleBeep } from './alarm-single-beep.js';
import { alarmSoftQuadBeep } from './alarm-soft-quad-beep.js';
import { alarmSoftTripleBeep } from './alarm-soft-triple-beep.js';
import { alarmTripleHighPitch } from './alarm-triple-high-pitch.js';
import { notificationAccepted } from './notification-accepted.js';
import { notificationCalling } from './notification-calling.js';
import { notificationDenied } from './notification-denied.js';
import { notificationDone } from './notification-done.js';
import { notificationEntry } from './notification-entry.js';
import { notificationFailed } from './notification-failed.js';
import { notificationHurry } from './notification-hurry.js';
import { notificationMessage } from './notification-message.js';
import { notificationNext } from './notification-next.js';
import { notificationOpen } from './notification-open.js';
import { sirenAlternate } from './siren-alternate.js';
import { sirenBouncy } from './siren-bouncy.js';
import { sirenEvac } from './siren-evac.js';
import { sirenFallingPitch } from './siren-falling-pitch.js';
import { sirenHomeSoft } from './siren-home-soft.js';

/** Every sound pattern, in the order of the device manual. */
export const SOUND_PATTERNS: readonly SoundPattern[] = [
  alarmHighPitch,
  alarmLowPitch,
  alarmBird,
  alarmBoatHorn,
  alarmCarAlarm,
  alarmCarAlarmFast,
  alarmClassicClock,
  alarmFirstAttender,
  alarmHorror,
  alarmIndustrial,
  alarmSingleBeep,
  alarmSoftQuadBeep,
  alarmSoftTripleBeep,
  alarmTripleHighPitch,
  notificationAccepted,
  notificationCalling,
  notificationDenied,
  notificationDone,
  notificationEntry,
  notificationFailed,
  notificationHurry,
  notificationMessage,
  notificationNext,
  notificationOpen,
  sirenAlternate,
  sirenBouncy,
  sirenEvac,
  sirenFallingPitch,
  sirenHomeSoft,
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
