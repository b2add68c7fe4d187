import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  nextFailover,
  type FailoverInput,
  type FailoverState,
  type ServerCondition,
} from './failover-machine.js';

const CONDITIONS: readonly ServerCondition[] = ['open', 'well', 'ailing', 'failed'];

const INPUTS: readonly FailoverInput[] = [
  ...CONDITIONS.map((condition) => ({ type: 'primary', condition }) as const),
  ...CONDITIONS.map((secondary) => ({ type: 'timer failback', secondary }) as const),
];

describe('failover machine', () => {
  it('leaves the primary only when it failed, and the secondary only when the primary is well', () => {
    const moves = (['primary', 'secondary'] as const).flatMap((serving) =>
      INPUTS.map((input) => ({ serving, input, next: nextFailover({ serving }, input).state.serving })),
    );
    const changed = moves.filter(({ serving, next }) => serving !== next);
    expect(changed.map(({ input, next }) => [input, next])).toEqual([
      [{ type: 'primary', condition: 'failed' }, 'secondary'],
      [{ type: 'primary', condition: 'well' }, 'primary'],
    ]);
  });

  it('has the secondary registered and the failback timer running exactly while the secondary serves', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...INPUTS), { maxLength: 50 }), (inputs) => {
        const world: { state: FailoverState; isStarted: boolean; isTiming: boolean } = {
          ...{ state: { serving: 'primary' }, isStarted: false, isTiming: false },
        };
        const take = (input: FailoverInput) => {
          if (input.type === 'timer failback') {
            if (!world.isTiming) return;
            world.isTiming = false;
          }
          const { state, effects } = nextFailover(world.state, input);
          world.state = state;
          for (const { type } of effects) {
            if (type === 'start secondary' || type === 'stop secondary')
              world.isStarted = type === 'start secondary';
            if (type === 'start timer' || type === 'stop timer') world.isTiming = type === 'start timer';
          }
        };
        for (const input of inputs) {
          take(input);
          const isSecond = world.state.serving === 'secondary';
          expect([world.isStarted, world.isTiming]).toEqual([isSecond, isSecond]);
        }
        take({ type: 'stop' });
        expect(world).toEqual({ state: { serving: 'primary' }, isStarted: false, isTiming: false });
      }),
    );
  });
});
