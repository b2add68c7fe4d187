import type { ActivityEvent, ActivityPurpose } from '../events/device-event.js';

/** The key under which conditions wait that ask for a profile. */
export function keyOfProfile(profile: string): string {
  return `profile ${profile}`;
}

/** The key under which conditions wait that ask for anything of a function. */
export function keyOfFunction(of: ActivityEvent['function'] | 'either'): string {
  return `function ${of}`;
}

/** The key under which conditions wait that ask for what the device does by itself. */
export function keyOfPurpose(purpose: ActivityPurpose): string {
  return `purpose ${purpose}`;
}

/** Every key that a change of this activity goes by. */
export function keysOfActivity({ function: of, profile, purpose }: ActivityEvent): string[] {
  return [
    keyOfFunction('either'),
    keyOfFunction(of),
    ...(profile === undefined ? [] : [keyOfProfile(profile)]),
    ...(purpose === undefined ? [] : [keyOfPurpose(purpose)]),
  ];
}
