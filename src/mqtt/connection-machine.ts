import { type Duration, milliseconds } from '../base/duration.js';

/**
 * The connection with the broker:
 *
 *     off ──start──▶ connecting ──opened──▶ connected
 *                     ▲      │                 │
 *                  tick│     │ lost            │ lost
 *                     │      ▼                 ▼
 *                     └── waiting ◀────────────┘     failed instead of waiting, where nobody tries again
 *
 * `stop` leads to off from everywhere, `start` to connecting from waiting and failed.
 */
export type ConnectionState =
  | { readonly state: 'off' }
  | { readonly state: 'connecting'; readonly failures: number }
  | { readonly state: 'connected' }
  | { readonly state: 'waiting'; readonly failures: number }
  | { readonly state: 'failed' };

export type ConnectionInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'opened' }
  | { readonly kind: 'tick' }
  /** The attempt failed or the connection broke; `again` whether it is tried anew. */
  | { readonly kind: 'lost'; readonly again: boolean };

type ConnectionEffect = 'connect' | 'wait' | 'leave';

export function nextConnection(
  state: ConnectionState,
  input: ConnectionInput,
): { readonly state: ConnectionState; readonly effect?: ConnectionEffect } {
  switch (input.kind) {
    case 'start':
      if (state.state === 'connecting' || state.state === 'connected') return { state };
      return { state: { state: 'connecting', failures: 0 }, effect: 'connect' };
    case 'stop':
      return state.state === 'off' ? { state } : { state: { state: 'off' }, effect: 'leave' };
    case 'opened':
      return state.state === 'connecting' ? { state: { state: 'connected' } } : { state };
    case 'tick':
      if (state.state !== 'waiting') return { state };
      return { state: { state: 'connecting', failures: state.failures }, effect: 'connect' };
    case 'lost': {
      if (state.state !== 'connecting' && state.state !== 'connected') return { state };
      if (!input.again) return { state: { state: 'failed' } };
      const failures = state.state === 'connecting' ? state.failures + 1 : 1;
      return { state: { state: 'waiting', failures }, effect: 'wait' };
    }
  }
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * How long to wait after so many failures in a row: 1 s at first, each time twice as long, up to a minute; `random`,
 * from 0 to 1, takes up to half of it off, so that devices which lost the same broker do not all come back at once.
 */
export function reconnectDelay(failures: number, random: number): Duration {
  const whole = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1));
  return milliseconds(Math.round(whole * (1 - random / 2)));
}
