import { describe, expect, it } from '@jest/globals';
import {
  nextConnection,
  reconnectDelay,
  type ConnectionInput,
  type ConnectionState,
} from './connection-machine.js';

function run(...inputs: ConnectionInput[]): { state: ConnectionState; effects: (string | undefined)[] } {
  let state: ConnectionState = { state: 'off' };
  const effects = inputs.map((input) => {
    const next = nextConnection(state, input);
    state = next.state;
    return next.effect;
  });
  return { state, effects };
}

const start = { kind: 'start' } as const;
const stop = { kind: 'stop' } as const;
const opened = { kind: 'opened' } as const;
const tick = { kind: 'tick' } as const;
const lost = { kind: 'lost', again: true } as const;

describe('the connection with the broker', () => {
  it('is tried again after it was lost, and counts the failures since it stood', () => {
    expect(run(start, lost, tick, lost)).toEqual({
      state: { state: 'waiting', failures: 2 },
      effects: ['connect', 'wait', 'connect', 'wait'],
    });
    expect(run(start, lost, tick, opened, lost).state).toEqual({ state: 'waiting', failures: 1 });
  });

  it('stays lost where nobody tries again, until somebody wants it', () => {
    expect(run(start, { kind: 'lost', again: false }, tick).state).toEqual({ state: 'failed' });
    expect(run(start, { kind: 'lost', again: false }, start).effects.at(-1)).toBe('connect');
  });

  it('is left from everywhere, and what comes late changes nothing', () => {
    for (const inputs of [[start], [start, opened], [start, lost], [start, { ...lost, again: false }]]) {
      expect(run(...inputs, stop)).toMatchObject({ state: { state: 'off' } });
      expect(run(...inputs, stop, opened, lost, tick).state).toEqual({ state: 'off' });
    }
    expect(run(stop).effects).toEqual([undefined]);
    expect(run(start, opened, start).effects.at(-1)).toBeUndefined();
  });

  it('is tried again after 1 second at first and a minute at last, less up to half by chance', () => {
    expect([1, 2, 3, 7, 50].map((failures) => reconnectDelay(failures, 0))).toEqual([
      1_000, 2_000, 4_000, 60_000, 60_000,
    ]);
    expect(reconnectDelay(7, 1)).toBe(30_000);
  });
});
