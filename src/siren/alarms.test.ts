import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { RecordingLog } from '../../test/support/recording-log.js';
import { seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import type { AlarmEvent } from '../events/device-event.js';
import { EventBus } from '../events/event-bus.js';
import { stateOf } from './alarm.js';
import { Alarms } from './alarms.js';
import { profilesSchema } from './profile.js';
import { SirenMemory } from './siren-memory.js';
import { Siren } from './siren.js';

let folder: string;
const closing: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

const light = { pattern: 'Steady', colors: ['red'] };
const siren = { pattern: 'Siren: Evac' };

const to = (profile: string, afterSeconds: number, endsWhen?: string) => ({
  profile,
  afterSeconds,
  endsWhen,
});

const PROFILES = profilesSchema().parse([
  { name: 'Doorbell', light, siren, priority: 1 },
  { name: 'Fire', light, siren, priority: 5, acknowledgement: { escalation: to('Fire brigade', 30) } },
  {
    name: 'Fire brigade',
    light,
    siren,
    priority: 6,
    acknowledgement: { effect: 'note', escalation: to('Everybody', 60) },
  },
  { name: 'Everybody', light, siren, priority: 7 },
  { name: 'Leak', light, siren, priority: 4, acknowledgement: { effect: 'stop' } },
  {
    name: 'Gas',
    light,
    siren,
    priority: 3,
    acknowledgement: { effect: 'note', escalation: to('Everybody', 10, 'cleared') },
  },
  { name: 'Theft', light, priority: 2, acknowledgement: { escalation: to('Everybody', 10, 'never') } },
]);

const output = { output: 'lamp', name: 'Lamp at the gate', kind: 'http' };
const manual = { owner: 'manual', cause: 'by hand' };

async function start(clock = new FakeClock(), log = silentLog) {
  const bus = new EventBus({ clock, log });
  const events: AlarmEvent[] = [];
  bus.subscribe(({ event }) => {
    if (event.type === 'alarm') events.push(event);
  });
  const device = new Siren({ clock, log, bus, profiles: PROFILES });
  const memory = await SirenMemory.open({ folder, clock, log });
  const alarms = await Alarms.open({ folder, clock, log });
  device.restore(memory.past);
  memory.follow({ siren: device, bus, comesBack: (owner) => owner !== 'call' });
  alarms.follow({ siren: device, bus });
  const end = async () => {
    await alarms.close();
    await memory.close();
    device.close();
  };
  closing.push(end);
  const told = () => events.splice(0).map(({ profile, change, state }) => `${profile} ${change} ${state}`);
  const sounding = () => device.status().siren.map(({ profile }) => profile);
  const shining = () => device.status().light.map(({ profile }) => profile);
  return { clock, siren: device, alarms, end, told, events, sounding, shining };
}

describe('An alarm', () => {
  it('is raised with a profile and cleared when light and siren have both ended', async () => {
    const { siren: device, alarms, told } = await start();
    const { lightId } = device.startProfile('Doorbell', manual);
    expect(told()).toEqual(['Doorbell raised unasked']);
    device.stopActivity(lightId!, { cause: 'by hand' });
    expect(told()).toEqual([]);
    device.stopProfile('Doorbell', { cause: 'it was the cat' });
    expect(told()).toEqual(['Doorbell cleared cleared']);
    expect(alarms.list()).toMatchObject({
      present: [],
      history: [{ profile: 'Doorbell', cause: 'by hand', cleared: { cause: 'it was the cat' } }],
    });
  });

  it('is delivered once by each output, also where the output shows it before the alarm is known', async () => {
    const { clock, siren: device, alarms, events } = await start();
    device.onShow((show) => alarms.shown(output, show));
    device.startProfile('Fire', manual);
    clock.advance(seconds(2));
    alarms.shown(output, device.show);
    alarms.shown({ output: 'card', name: '', kind: 'audio' }, device.show);
    expect(alarms.list().present[0]?.delivered).toEqual([
      { ...output, at: clock.wallTime() - 2_000 },
      { output: 'card', name: '', kind: 'audio', at: clock.wallTime() },
    ]);
    expect(events.map(({ change, output: by }) => [change, by])).toEqual([
      ['raised', undefined],
      ['delivered', 'lamp'],
      ['delivered', 'card'],
    ]);
  });

  it('is not delivered by an output that shows another one', async () => {
    const { siren: device, alarms } = await start();
    device.startProfile('Everybody', manual);
    device.startProfile('Fire', manual);
    alarms.shown(output, device.show);
    expect(alarms.list().present.map(({ profile, delivered }) => [profile, delivered.length])).toEqual([
      ['Fire', 0],
      ['Everybody', 1],
    ]);
  });

  it.each([
    ['Fire', [], ['Fire'], 'acknowledged'],
    ['Leak', [], [], 'cleared'],
    ['Gas', ['Gas'], ['Gas'], 'acknowledged'],
  ])('of %s is acknowledged as its profile says', async (profile, sounds, shines, state) => {
    const { siren: device, alarms, sounding, shining } = await start();
    device.startProfile(profile, manual);
    const by = { by: 'by Anna', note: 'I go there' };
    const [alarm] = alarms.acknowledge({ profile }, by);
    expect([sounding(), shining()]).toEqual([sounds, shines]);
    expect(stateOf(alarm!)).toBe(state);
    expect(alarm).toMatchObject({ acknowledged: by });
  });

  it('that was acknowledged is raised anew by another start, and not by its first one going on', async () => {
    const { siren: device, alarms, told, sounding } = await start();
    device.startProfile('Fire', manual);
    device.startProfile('Fire', { owner: 'rule:x:0', cause: 'a rule' });
    expect(told()).toEqual(['Fire raised unacknowledged']);
    alarms.acknowledge('all', { by: 'by Anna' });
    expect(told()).toEqual(['Fire acknowledged acknowledged']);
    device.stopOwner('manual', { cause: 'let go' });
    device.startProfile('Fire', { owner: 'rule:x:1', cause: 'a call' });
    expect(told()).toEqual(['Fire cleared cleared', 'Fire raised unacknowledged']);
    expect(sounding()).toEqual(['Fire']);
    expect(alarms.list().history[0]?.cleared?.cause).toBe('started again, a call');
  });

  it('cannot be acknowledged where it is over, was acknowledged or is not asked for', async () => {
    const { siren: device, alarms } = await start();
    const by = { by: 'by Anna' };
    expect(() => alarms.acknowledge({ profile: 'Fire' }, by)).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
    expect(() => alarms.acknowledge({ id: 'x' }, by)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    device.startProfile('Doorbell', manual);
    device.startProfile('Fire', manual);
    const { id } = alarms.list().present[0]!;
    alarms.acknowledge({ id }, by);
    const conflict = expect.objectContaining({ code: 'CONFLICT', message: expect.stringContaining('Anna') });
    expect(() => alarms.acknowledge({ id }, { by: 'by Bob' })).toThrow(conflict);
    expect(() => alarms.acknowledge({ profile: 'Doorbell' }, by)).toThrow(
      expect.objectContaining({ code: 'CONFLICT', message: expect.stringContaining('does not ask') }),
    );
    expect(alarms.acknowledge('all', by)).toEqual([]);
  });

  it('keeps a bounded history over restarts', async () => {
    const first = await start();
    for (let count = 0; count < 250; count++) {
      first.siren.startProfile('Doorbell', { ...manual, cause: `ring ${count}` });
      first.siren.stopProfile('Doorbell', { cause: 'answered' });
    }
    await first.end();
    const { alarms } = await start(first.clock);
    const { history } = alarms.list();
    expect([history.length, history[0]?.cause]).toEqual([200, 'ring 249']);
  });
});

describe('An escalation', () => {
  it('goes up the chain until somebody acknowledges, and is undone by that', async () => {
    const { clock, siren: device, alarms, told, sounding } = await start();
    device.startProfile('Fire', manual);
    clock.advance(seconds(29));
    expect(sounding()).toEqual(['Fire']);
    clock.advance(seconds(1));
    expect(sounding()).toEqual(['Fire brigade', 'Fire']);
    clock.advance(seconds(60));
    expect(sounding()).toEqual(['Everybody', 'Fire brigade', 'Fire']);
    told();
    // Whoever answers the last one has taken over the first.
    alarms.acknowledge({ profile: 'Everybody' }, { by: 'by Anna' });
    expect(sounding()).toEqual([]);
    expect(told().filter((text) => text.includes('acknowledged acknowledged'))).toEqual([
      'Fire brigade acknowledged acknowledged',
      'Fire acknowledged acknowledged',
    ]);
    expect(alarms.list().present.map(({ profile }) => profile)).toEqual(['Fire']);
  });

  it('does not come once the alarm is acknowledged or over, nor is it put off by another start', async () => {
    const { clock, siren: device, alarms, sounding } = await start();
    device.startProfile('Fire', manual);
    alarms.acknowledge('all', { by: 'by Anna' });
    clock.advance(seconds(100));
    expect(sounding()).toEqual([]);
    device.stopProfile('Fire', { cause: 'over' });
    device.startProfile('Gas', manual);
    device.stopProfile('Gas', { cause: 'over' });
    clock.advance(seconds(100));
    expect(sounding()).toEqual([]);
    device.startProfile('Gas', manual);
    clock.advance(seconds(6));
    device.startProfile('Gas', { owner: 'rule:x:0', cause: 'again' });
    clock.advance(seconds(4));
    expect(sounding()).toEqual(['Everybody', 'Gas']);
  });

  it('ends only with the alarm, or not at all, where the profile says so', async () => {
    const { clock, siren: device, alarms, shining } = await start();
    device.startProfile('Gas', manual);
    clock.advance(seconds(10));
    alarms.acknowledge({ profile: 'Gas' }, { by: 'by Anna' });
    expect(shining()).toEqual(['Everybody', 'Gas']);
    device.stopProfile('Gas', { cause: 'over' });
    expect(shining()).toEqual([]);
    device.startProfile('Theft', manual);
    clock.advance(seconds(10));
    device.stopProfile('Theft', { cause: 'over' });
    expect(shining()).toEqual(['Everybody']);
  });

  it('counts the time that the device was off', async () => {
    const first = await start();
    first.siren.startProfile('Fire', manual);
    first.clock.advance(seconds(10));
    await first.end();
    first.clock.advance(seconds(15));
    const { clock, sounding, alarms, told, end } = await start(first.clock);
    expect(told()).toEqual(['Fire raised unacknowledged']);
    clock.advance(seconds(4));
    expect(sounding()).toEqual(['Fire']);
    clock.advance(seconds(1));
    expect(sounding()).toEqual(['Fire brigade', 'Fire']);
    await end();
    clock.advance(seconds(300));
    const again = await start(clock);
    // It was due while the device was off.
    again.clock.advance(seconds(0));
    expect(again.sounding()).toEqual(['Everybody', 'Fire brigade', 'Fire']);
    again.alarms.acknowledge({ profile: 'Fire' }, { by: 'by Anna' });
    expect(again.sounding()).toEqual([]);
    await again.end();
    const last = await start(clock);
    expect(last.told()).toEqual(['Fire acknowledged acknowledged']);
    expect(alarms.list().present).toHaveLength(2);
  });

  it('of a clock that was set back comes no later than it would have', async () => {
    const first = await start();
    first.siren.startProfile('Fire', manual);
    await first.end();
    const { clock, sounding } = await start(new FakeClock(Date.UTC(2025, 0, 1)));
    clock.advance(seconds(30));
    expect(sounding()).toEqual(['Fire brigade', 'Fire']);
  });
});

describe('After a restart', () => {
  it('an alarm that nothing holds any more is over', async () => {
    const first = await start();
    first.siren.startProfile('Fire', { owner: 'call', cause: 'a call' });
    await first.end();
    const { alarms, told } = await start(first.clock);
    expect(told()).toEqual(['Fire cleared cleared']);
    expect(alarms.list().history[0]?.cleared?.cause).toContain('restarted');
  });

  it('a damaged file costs one alarm, or is replaced by the copy before it, and is reported', async () => {
    const first = await start();
    first.siren.startProfile('Doorbell', manual);
    first.siren.stopProfile('Doorbell', { cause: 'over' });
    first.siren.startProfile('Gas', manual);
    await first.end();
    const path = join(folder, 'alarms.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as { alarms: { id: unknown }[] };
    file.alarms[1]!.id = 7;
    writeFileSync(path, JSON.stringify(file));
    const log = new RecordingLog();
    const second = await start(first.clock, log);
    expect(second.alarms.list().history).toEqual([]);
    expect(log.messages('error')).toEqual(['alarms of before the restart cannot be read']);
    await second.end();
    writeFileSync(path, 'no JSON');
    const third = await start(first.clock);
    expect(third.alarms.list().present.map(({ profile }) => profile)).toEqual(['Gas']);
  });
});
