import { setImmediate } from 'node:timers/promises';

/**
 * Lets everything that waits in the event loop have its turn. Long computing does so every millisecond or so, that
 * calls are answered meanwhile.
 */
export function nextTurn(): Promise<void> {
  return setImmediate();
}
