import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  NEW_SUBSCRIPTION,
  nextOfSubscription,
  type SubscriptionEffect,
  type SubscriptionInput,
  type SubscriptionState,
} from './subscription-machine.js';

/** Effects of inputs one after the other, those of each joined. */
function run(...inputs: SubscriptionInput[]): { state: SubscriptionState; effects: string[] } {
  let state = NEW_SUBSCRIPTION;
  const effects = inputs.map((input) => {
    const step = nextOfSubscription(state, input);
    state = step.state;
    return step.effects.join(' ');
  });
  return { state, effects };
}

describe('A subscription', () => {
  it('is told of its state at once, and of a change after a pause', () => {
    const { effects } = run('subscribe', 'told', 'change', 'change', 'rested', 'told', 'rested');
    expect(effects).toEqual(['start-expiry notify start-rest', '', '', '', 'notify start-rest', '', '']);
  });

  it('is told of a change after a quiet time at once', () => {
    expect(run('subscribe', 'told', 'rested', 'change').effects.at(-1)).toBe('notify start-rest');
  });

  it('has one NOTIFY under way at most', () => {
    const { effects } = run('subscribe', 'change', 'rested', 'subscribe', 'told');
    expect(effects.slice(1)).toEqual(['', '', 'start-expiry', 'notify start-rest']);
  });

  it('is told again when it is refreshed, however young the last NOTIFY is', () => {
    expect(run('subscribe', 'told', 'subscribe').effects[2]).toBe('start-expiry notify start-rest');
  });

  it('waits where the subscriber asks for it', () => {
    const { effects } = run('subscribe', 'rested', 'deferred', 'change', 'rested');
    expect(effects.slice(2)).toEqual(['start-rest', '', 'notify start-rest']);
  });

  it('ends with a last NOTIFY and is forgotten with its answer', () => {
    const { effects, state } = run('subscribe', 'told', 'terminate', 'change', 'rested', 'told');
    expect(effects.slice(2)).toEqual(['stop-timers notify-last report', '', '', 'release']);
    expect(state.phase).toBe('terminated');
  });

  it('that is only a fetch has one NOTIFY', () => {
    expect(run('terminate', 'told').effects).toEqual(['notify-last report', 'release']);
  });

  it('that the subscriber has lost is over without a word', () => {
    expect(run('subscribe', 'lost', 'change').effects.slice(1)).toEqual(['stop-timers report release', '']);
  });

  it('reports its end once, releases once, and tells nothing afterwards, whatever comes', () => {
    const input = fc.constantFrom<SubscriptionInput>(
      ...(['subscribe', 'change', 'told', 'deferred', 'rested', 'terminate', 'lost'] as const),
    );
    fc.assert(
      fc.property(fc.array(input), (inputs) => {
        const effects = run(...inputs)
          .effects.join(' ')
          .split(' ') as SubscriptionEffect[];
        const count = (wanted: SubscriptionEffect) => effects.filter((effect) => effect === wanted).length;
        expect(count('report')).toBeLessThan(2);
        expect(count('release')).toBeLessThanOrEqual(count('report'));
        const afterwards = effects.slice(effects.indexOf('report') + 1);
        if (count('report') > 0)
          expect(afterwards.filter((effect) => effect !== 'release' && (effect as string) !== '')).toEqual(
            [],
          );
      }),
    );
  });
});
