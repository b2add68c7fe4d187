import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../test/support/fake-clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { EventBus } from '../events/event-bus.js';
import { VirtualOutput } from '../outputs/drivers/index.js';
import { OutputRunner } from '../outputs/output-runner.js';
import { DEMO_PROFILES } from './demo-profiles.js';
import { Siren } from './siren.js';

const byRule = { owner: 'rule:1', cause: 'rule "Evacuate on 1001"' };
const cause = 'the call ended';

describe('Siren with its outputs', () => {
  let clock: FakeClock;
  let output: VirtualOutput;
  let runner: OutputRunner;
  let siren: Siren;

  beforeEach(() => {
    clock = new FakeClock();
    const bus = new EventBus({ clock, log: silentLog });
    output = new VirtualOutput({ clock, log: silentLog });
    runner = new OutputRunner({ clock, log: silentLog, drivers: [output] });
    siren = new Siren({ clock, log: silentLog, bus, profiles: DEMO_PROFILES });
    siren.onShow((show) => runner.show(show));
  });

  afterEach(async () => {
    siren.close();
    await runner.close();
    expect(clock.pending).toEqual([]);
  });

  const colors = () => output.recording().map(({ frame }) => [...frame.subarray(0, 4)].join());

  it('is red in the tick of the start and dark in the tick of the end', () => {
    siren.startProfile('Evacuation', byRule);
    clock.advance(seconds(3));
    siren.stopOwner('rule:1', { cause });
    expect(
      output.recording().map(({ at, light, siren: sound }) => [at, light?.profile, sound?.pattern]),
    ).toEqual([
      [0, 'Evacuation', 'Siren: Evac'],
      [3_000, undefined, undefined],
    ]);
    expect(colors()).toEqual(['255,0,0,0', '0,0,0,0']);
  });

  it('shows a resumed profile in the frame it would show had it never been interrupted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 1, max: 20_000 }),
        (before, meanwhile) => {
          siren.startProfile('Intrusion', byRule);
          const undisturbed = new VirtualOutput({ clock, log: silentLog });
          const reference = new OutputRunner({ clock, log: silentLog, drivers: [undisturbed] });
          const { show } = siren;
          clock.advance(milliseconds(before));
          siren.startProfile('Evacuation', { ...byRule, owner: 'rule:2' });
          clock.advance(milliseconds(meanwhile));
          siren.stopOwner('rule:2', { cause });
          reference.show(show);
          expect(output.current).toEqual(undisturbed.current);
          siren.stopAll({ cause });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('renders nothing between two changes while nobody watches, for an hour of alarm', () => {
    siren.startProfile('Evacuation', byRule);
    clock.advance(seconds(3_600));
    expect(output.recording()).toHaveLength(1);
    expect(clock.pending).toEqual([]);
  });

  it('goes dark by itself when the time is over', () => {
    siren.startProfile('All clear', byRule);
    clock.advance(seconds(30));
    expect(output.recording().at(-1)).toMatchObject({ at: 30_000 });
    expect(colors()).toEqual(['0,153,0,0', '0,0,0,0']);
  });
});
