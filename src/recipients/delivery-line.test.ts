import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { hours, seconds } from '../base/duration.js';
import { SipsirenError } from '../base/errors.js';
import type { RuleId } from '../base/ids.js';
import { silentLog } from '../base/log.js';
import { DeliveryLine, type LineState } from './delivery-line.js';
import { OUTBOX_LIMITS } from './limits.js';
import { Outbox } from './outbox.js';
import type { RecipientSettings } from './recipient-settings.js';

const SETTINGS: RecipientSettings = {
  id: 'guard',
  name: 'Guard',
  kind: 'http',
  enabled: true,
  delivery: 'atLeastOnce',
  timeoutSeconds: 30,
  maxAttempts: 3,
  giveUpAfterHours: 1,
  settings: {},
};

const turn = () => new Promise(setImmediate);

/** A line whose attempts come out as `outcomes` says, one after the other; then they succeed. */
async function lineOf(outcomes: readonly string[], wishes: Partial<RecipientSettings> = {}) {
  const clock = new FakeClock();
  const common = { clock, log: silentLog };
  const outbox = await Outbox.open({
    ...common,
    path: undefined,
    limits: OUTBOX_LIMITS,
    onGone: () => undefined,
  });
  const tried: string[] = [];
  const states: LineState[] = [];
  const left = [...outcomes];
  const line = new DeliveryLine({
    ...common,
    settings: { ...SETTINGS, ...wishes },
    outbox,
    isKept: true,
    random: () => 1,
    onState: (state) => states.push(state),
    attempt: (_settings, { id }) => {
      tried.push(id);
      const outcome = left.shift() ?? 'ok';
      const code = outcome === 'refused' ? 'DELIVERY_REFUSED' : 'DELIVERY_FAILED';
      const done =
        outcome === 'ok' ? Promise.resolve() : Promise.reject(new SipsirenError(code, `${outcome}.`));
      return { done, cancel: () => undefined };
    },
  });
  const cause = { rule: 'r' as RuleId, name: 'Rule', at: 0, text: '' };
  const add = async (id: string) => {
    const source = { cause, device: { name: 'd', timeZone: 'UTC' } };
    await line.add({ id, queuedAt: clock.wallTime(), wish: {}, source });
    await turn();
  };
  const pass = async (time: ReturnType<typeof seconds>) => {
    clock.advance(time);
    await turn();
  };
  return { line, outbox, clock, tried, states, add, pass };
}

describe('A line of deliveries', () => {
  it('tries the first again after growing waits, and only then the next', async () => {
    const { add, pass, tried, states, clock } = await lineOf(['a', 'b']);
    await add('one');
    await add('two');
    expect(tried).toEqual(['one']);
    await pass(seconds(1));
    expect(tried).toEqual(['one', 'one']);
    await pass(seconds(1));
    expect(tried).toHaveLength(2);
    await pass(seconds(1));
    expect(tried).toEqual(['one', 'one', 'one', 'two']);
    expect(states.map(({ state, error }) => [state, error])).toEqual([
      ['failing', 'a.'],
      ['failing', 'b.'],
      ['ok', undefined],
    ]);
    expect(clock.pending).toEqual([]);
  });

  it('gives up after so many attempts, and goes on with the next', async () => {
    const { add, pass, outbox, tried } = await lineOf(['x', 'x', 'x']);
    await add('one');
    await add('two');
    await pass(seconds(1));
    await pass(seconds(2));
    expect(outbox.dead).toMatchObject([{ attempts: 3, reason: 'given up after 3 attempts: x.' }]);
    await pass(seconds(4));
    expect(tried).toEqual(['one', 'one', 'one', 'two']);
  });

  it('gives up what is too old', async () => {
    const { add, pass, outbox } = await lineOf(['x', 'x', 'x', 'x'], { maxAttempts: 100 });
    await add('one');
    await pass(seconds(1));
    await pass(hours(2));
    await pass(hours(2));
    expect(outbox.dead).toMatchObject([{ reason: 'given up after 1 hours: x.' }]);
  });

  it('gives up at once what is refused for good, without a pause for the next', async () => {
    const { add, outbox, tried } = await lineOf(['refused']);
    await add('one');
    await add('two');
    expect(tried).toEqual(['one', 'two']);
    expect(outbox.dead).toMatchObject([{ reason: 'refused: refused.' }]);
  });

  it('tries nothing while it is off or closed', async () => {
    const { line, add, tried, clock } = await lineOf(['x'], { enabled: false });
    await add('one');
    expect(tried).toEqual([]);
    line.apply({ ...SETTINGS, enabled: true });
    expect(tried).toEqual(['one']);
    await turn();
    line.close();
    expect(clock.pending).toEqual([]);
  });
});
