import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import type { ActivityId } from '../base/ids.js';
import { silentLog } from '../base/log.js';
import { countFlashes } from '../patterns/count-flashes.js';
import { VirtualOutput } from './drivers/index.js';
import type { FlashLimit } from './flash-limiter.js';
import { OutputRunner } from './output-runner.js';
import type { Show } from './show.js';

/** A steady light of its own activity, so that only the changes of the show flash. */
function steady(id: number, startedAt: number, color: 'red' | 'blue' = 'red'): Show {
  const light = { pattern: 'Steady', speed: 1, intensity: 5, colors: [color] };
  return { light: { activityId: id as ActivityId, priority: 3, startedAt, ...light } };
}

describe('Outputs whose show changes quickly', () => {
  let clock: FakeClock;
  let output: VirtualOutput;
  let runner: OutputRunner;
  let limit: FlashLimit;

  beforeEach(() => {
    clock = new FakeClock();
    output = new VirtualOutput({ clock, log: silentLog });
    limit = { perSecond: 3 };
    runner = new OutputRunner({ clock, log: silentLog, drivers: [output], flashLimit: limit });
  });

  afterEach(async () => {
    await runner.close();
    expect(clock.pending).toEqual([]);
  });

  /** The flashes of everything that was shown. */
  const flashes = () => {
    const pictures = output.recording();
    return countFlashes(
      (elapsed, frame) => {
        const shown = pictures.findLast(({ at }) => at <= elapsed);
        if (shown) frame.set(shown.frame);
        else frame.fill(0);
      },
      { lasts: clock.now() },
    );
  };

  /** Starts and stops a light as often as the time allows. */
  const toggle = (each: number, times: number) => {
    for (let turn = 0; turn < times; turn++) {
      runner.show(steady(turn, clock.now(), turn % 2 === 0 ? 'red' : 'blue'));
      expect(isLit()).toBe(true);
      clock.advance(milliseconds(each));
      runner.show({});
      clock.advance(milliseconds(each));
    }
  };
  const isLit = () => output.current.frame.some((channel) => channel > 0);

  it.each([10, 40, 60, 100, 150])(
    'flash no faster than the limit when a light comes and goes every %i ms, and are lit at once each time',
    (each) => {
      toggle(each, 40);
      expect(flashes()).toBe(3);
    },
  );

  it('go dark within a second of the last stop, by themselves', () => {
    toggle(100, 4);
    expect(isLit()).toBe(true);
    clock.advance(seconds(1));
    expect(isLit()).toBe(false);
    expect(clock.pending).toEqual([]);
  });

  it('go dark at once where nothing has flashed', () => {
    runner.show(steady(1, 0));
    clock.advance(milliseconds(50));
    runner.show({});
    expect(isLit()).toBe(false);
  });

  it('follow a limit that is changed while they run', () => {
    limit.perSecond = 1;
    toggle(100, 20);
    expect(flashes()).toBe(1);
    limit.perSecond = 5;
    toggle(100, 20);
    expect(flashes()).toBe(5);
  });
});
