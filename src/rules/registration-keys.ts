import type { RegistrationState } from '../events/device-event.js';

/** The key under which a condition on registrations waits: a state, of one account or of any. */
export function keyOfRegistration(state: RegistrationState, account: string | undefined): string {
  return account === undefined ? state : `${state} ${account}`;
}

/** Every key that a change between two states carries; a state stands in it once. */
export function keysOfRegistrationChange(
  account: string,
  { before, after }: { readonly before: RegistrationState | undefined; readonly after: RegistrationState },
): string[] {
  const keys: string[] = [];
  for (const state of [before, after]) {
    if (state === undefined) continue;
    keys.push(keyOfRegistration(state, undefined), keyOfRegistration(state, account));
  }
  return keys;
}
