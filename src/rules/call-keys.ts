import { userOf } from '../calls/parsed-address.js';
import type { CallIdentity } from '../events/device-event.js';

/**
 * The keys under which call conditions wait: a state or a reason alone, or together with the user part of
 * one side, which is what tells thousands of extensions apart.
 */
const localKey = (value: string, user: string): string => `${value} local ${user}`;
const remoteKey = (value: string, user: string): string => `${value} remote ${user}`;

/** Stands in the place of a state for messages. */
export const MESSAGE_KEY = 'message';

/** Every key that an event with this state or reason carries. */
export function pushKeysOfCall(keys: string[], value: string, call: Omit<CallIdentity, 'callId'>): void {
  keys.push(value);
  const local = userOf(call.localUri);
  if (local !== undefined) keys.push(localKey(value, local));
  const remote = userOf(call.remoteUri);
  if (remote !== undefined) keys.push(remoteKey(value, remote));
}

/** The only users that can fit a filter on each side; none where any might. */
interface FilterUsers {
  readonly localUsers: readonly string[] | undefined;
  readonly remoteUsers: readonly string[] | undefined;
}

/** The keys under which a condition with this filter waits; a call carries at most one of them. */
export function keysOfFilter(value: string, { localUsers, remoteUsers }: FilterUsers): readonly string[] {
  if (localUsers !== undefined) return localUsers.map((user) => localKey(value, user));
  if (remoteUsers !== undefined) return remoteUsers.map((user) => remoteKey(value, user));
  return [value];
}
