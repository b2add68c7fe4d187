import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { RecordingLog } from '../../test/support/recording-log.js';
import { type Duration, seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { EventBus } from '../events/event-bus.js';
import { DEMO_PROFILES } from './demo-profiles.js';
import { Siren } from './siren.js';
import { SirenMemory } from './siren-memory.js';

let folder: string;
let file: string;
const closing: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
  file = join(folder, 'activities.json');
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

const byPerson = { owner: 'manual', cause: 'by hand' };
const byCall = { owner: 'call', cause: 'a call' };

/** A siren that starts on the folder at this time; what a call holds does not come back. */
async function start(clock: FakeClock, log = silentLog) {
  const bus = new EventBus({ clock, log });
  const siren = new Siren({ clock, log, bus, profiles: DEMO_PROFILES });
  const memory = await SirenMemory.open({ folder, clock, log });
  siren.restore(memory.past);
  memory.follow({ siren, bus, comesBack: (owner) => owner !== 'call' });
  closing.push(async () => {
    await memory.close();
    siren.close();
  });
  const end = async () => {
    await memory.close();
    siren.close();
  };
  return { siren, memory, end };
}

/** Starts again this much later. */
async function restart(clock: FakeClock, later: Duration) {
  clock.advance(later);
  return start(clock);
}

const light = (siren: Siren) =>
  siren.status().light.map(({ profile, purpose, secondsLeft }) => [profile ?? purpose, secondsLeft]);

describe('The activities of a siren', () => {
  it('go on after a restart with the time that passed counted', async () => {
    const clock = new FakeClock();
    const { siren, end } = await start(clock);
    siren.startProfile('Intrusion', byPerson);
    siren.startProfile('Attention', byPerson);
    siren.startProfile('Evacuation', byPerson);
    clock.advance(seconds(20));
    await end();
    const { siren: again } = await restart(clock, seconds(70));
    expect(light(again)).toEqual([
      ['Evacuation', undefined],
      ['Intrusion', 210],
    ]);
    expect(again.status().siren).toMatchObject([
      {
        profile: 'Evacuation',
        running: true,
        owners: ['manual'],
        cause: 'by hand; it goes on after a restart',
      },
      { profile: 'Intrusion', running: false },
    ]);
    expect(again.show.siren?.pattern).toBe('Siren: Evac');
    clock.advance(seconds(210));
    expect(light(again)).toEqual([['Evacuation', undefined]]);
    again.stopAll({ cause: 'a test' });
  });

  it('are as old as they are where the start takes its time', async () => {
    const clock = new FakeClock();
    const { siren, end } = await start(clock);
    siren.startProfile('Intrusion', byPerson);
    await end();
    const memory = await SirenMemory.open({ folder, clock, log: silentLog });
    expect(memory.past[0]?.ageMs).toBe(0);
    clock.advance(seconds(3));
    expect(memory.past[0]?.ageMs).toBe(3_000);
  });

  it('keep their rhythm, their start and what repetitions are left', async () => {
    const clock = new FakeClock();
    const { siren, end } = await start(clock);
    siren.startProfile('Doorbell', byPerson);
    const [before] = siren.status().light;
    clock.advance(seconds(1));
    await end();
    const { siren: again } = await restart(clock, seconds(1));
    const [after] = again.status().light;
    expect(after).toMatchObject({ profile: 'Doorbell', startedAt: before!.startedAt });
    expect(after!.secondsLeft).toBe(before!.secondsLeft! - 2);
  });

  it('are started again as the same ones, by whoever else starts their profile', async () => {
    const clock = new FakeClock();
    const { siren, end } = await start(clock);
    siren.startProfile('Evacuation', byPerson);
    await end();
    const { siren: again } = await restart(clock, seconds(5));
    const [revived] = again.status().light;
    expect(again.startProfile('Evacuation', byCall).lightId).toBe(revived!.id);
    expect(again.status().light[0]?.owners).toEqual(['manual', 'call']);
  });

  it('do not come back where only a call that is gone held them', async () => {
    const clock = new FakeClock();
    const { siren, end } = await start(clock);
    siren.startProfile('Evacuation', byCall);
    siren.startProfile('Intrusion', byCall);
    siren.startProfile('Intrusion', byPerson);
    siren.startPreview({ light: DEMO_PROFILES[0]!.light, seconds: 30, cause: 'a look' });
    siren.startOwn('identify', { cause: 'a search' });
    await end();
    const { siren: again } = await restart(clock, seconds(5));
    expect(again.status().light).toMatchObject([{ profile: 'Intrusion', owners: ['manual'] }]);
  });

  it('have maintenance mode among them, silent and with the remaining time', async () => {
    const clock = new FakeClock();
    const { siren, end } = await start(clock);
    siren.startOwn('maintenance', { seconds: 7_200, cause: 'service' });
    siren.startProfile('Evacuation', byPerson);
    await end();
    const { siren: again } = await restart(clock, seconds(3_600));
    expect(again.own('maintenance')).toMatchObject({ secondsLeft: 3_600 });
    expect([again.show.light?.pattern, again.show.siren]).toEqual(['Maintenance', undefined]);
    clock.advance(seconds(3_600));
    expect(again.show.siren?.pattern).toBe('Siren: Evac');
  });

  it('last rather too long than too short where the clock was set back', async () => {
    const clock = new FakeClock();
    const { siren, end } = await start(clock);
    siren.startProfile('Intrusion', byPerson);
    clock.advance(seconds(100));
    siren.startProfile('Doorbell', byPerson);
    await end();
    const { siren: again } = await start(new FakeClock());
    expect(light(again)).toContainEqual(['Intrusion', 200]);
  });

  it('are those of the copy before where the file is damaged, and the log says so', async () => {
    const clock = new FakeClock();
    const { siren, end } = await start(clock);
    siren.startProfile('Evacuation', byPerson);
    await end();
    const { siren: second, end: endSecond } = await start(clock);
    second.startProfile('Doorbell', byPerson);
    await endSecond();
    writeFileSync(file, '{"format":1,"sav');
    const log = new RecordingLog();
    const { siren: third, memory } = await start(clock, log);
    expect(light(third)).toEqual([['Evacuation', undefined]]);
    expect(memory.hasPast).toBe(true);
    expect(log.messages('error')).toEqual(['activities of before the restart cannot be read']);
  });

  it('cost one another nothing where one cannot be read', async () => {
    const clock = new FakeClock();
    const { siren, end } = await start(clock);
    siren.startProfile('Evacuation', byPerson);
    await end();
    const state = JSON.parse(readFileSync(file, 'utf8')) as { activities: unknown[] };
    state.activities.push(7, { function: 'light', priority: 4, content: { pattern: 'Gone' } });
    writeFileSync(file, JSON.stringify(state));
    const log = new RecordingLog();
    const { siren: again } = await start(clock, log);
    expect(light(again)).toEqual([['Evacuation', undefined]]);
    expect(log.messages('error')).toHaveLength(1);
  });

  it('are written seldom however often they change, and not at all while nothing lasting does', async () => {
    const clock = new FakeClock();
    const { siren, memory, end } = await start(clock);
    expect(memory.hasPast).toBe(false);
    siren.startProfile('Evacuation', byCall);
    await Promise.resolve();
    siren.stopAll({ cause: 'a test' });
    expect(() => readFileSync(file)).toThrow();
    for (let round = 0; round < 1_000; round++) {
      siren.startProfile('Evacuation', byPerson);
      siren.stopAll({ cause: 'a test' });
    }
    siren.startProfile('Intrusion', byPerson);
    await end();
    const { activities } = JSON.parse(readFileSync(file, 'utf8')) as { activities: { profile: string }[] };
    expect(activities.map(({ profile }) => profile)).toEqual(['Intrusion', 'Intrusion']);
  });
});
