import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import type { ActivityEvent } from '../events/device-event.js';
import { EventBus } from '../events/event-bus.js';
import type { Show } from '../outputs/show.js';
import { DEMO_PROFILES } from './demo-profiles.js';
import { profilesSchema } from './profile.js';
import { Siren } from './siren.js';

function setUp(profiles = DEMO_PROFILES) {
  const clock = new FakeClock();
  const bus = new EventBus({ clock, log: silentLog });
  const events: ActivityEvent[] = [];
  bus.subscribe(({ event }) => {
    if (event.type === 'activity') events.push(event);
  });
  const siren = new Siren({ clock, log: silentLog, bus, profiles });
  const shows: Show[] = [];
  siren.onShow((show) => shows.push(show));
  return { clock, siren, events, shows };
}

const byPerson = { owner: 'person', cause: 'started by a person' };
const byRule = { owner: 'rule:1', cause: 'rule "Evacuate on 1001"' };
const onTheButton = { cause: 'stopped by a person' };

/** Profiles of light only, from a compact table. */
function lights(rows: Record<string, { priority: number; seconds?: number; count?: number }>) {
  return profilesSchema().parse(
    Object.entries(rows).map(([name, { priority, seconds: time, count }]) => ({
      name,
      priority,
      light: { pattern: 'Pulse', speed: 2 },
      ...(time !== undefined && { duration: { unit: 'time', seconds: time } }),
      ...(count !== undefined && { duration: { unit: 'repetitions', count } }),
    })),
  );
}

const lightEvents = (events: readonly ActivityEvent[]) =>
  events.filter((event) => event.function === 'light').map(({ change, profile }) => `${profile} ${change}`);

describe('Siren', () => {
  it('shows a profile before startProfile returns and answers the ids of light and siren', () => {
    const { siren, shows } = setUp();
    const { lightId, sirenId } = siren.startProfile('Evacuation', byRule);
    expect(shows).toEqual([
      {
        light: {
          activityId: lightId,
          profile: 'Evacuation',
          priority: 8,
          startedAt: 0,
          pattern: 'Flash 1x',
          speed: 3,
          intensity: 5,
          colors: ['red'],
        },
        siren: {
          activityId: sirenId,
          profile: 'Evacuation',
          priority: 8,
          startedAt: 0,
          pattern: 'Siren: Evac',
          intensity: 5,
        },
      },
    ]);
    siren.close();
  });

  it('lists what runs and what waits with priority, time left, cause and owners', () => {
    const { clock, siren } = setUp();
    siren.startProfile('Intrusion', byPerson);
    siren.startProfile('Evacuation', byRule);
    clock.advance(seconds(10.5));
    const { light } = siren.status();
    expect(light.map(({ profile, priority, running }) => [profile, priority, running])).toEqual([
      ['Evacuation', 8, true],
      ['Intrusion', 6, false],
    ]);
    expect(light[0]).not.toHaveProperty('secondsLeft');
    expect(light[0]).toMatchObject({ cause: 'rule "Evacuate on 1001"', owners: ['rule:1'] });
    expect(light[1]).toMatchObject({
      secondsLeft: 290,
      startedAt: Date.UTC(2026, 0, 1),
      colors: ['red', 'blue'],
    });
    siren.close();
  });

  it('resumes a waiting profile in the rhythm it would have had if it had run all along', () => {
    const { clock, siren, shows, events } = setUp();
    siren.startProfile('Intrusion', byPerson);
    clock.advance(seconds(3));
    siren.startProfile('Evacuation', byRule);
    clock.advance(seconds(4));
    siren.stopOwner('rule:1', { cause: 'the call ended' });
    expect(shows.map((show) => [show.light?.profile, show.light?.startedAt])).toEqual([
      ['Intrusion', 0],
      ['Evacuation', 3_000],
      ['Intrusion', 0],
    ]);
    expect(lightEvents(events)).toEqual([
      'Intrusion started',
      'Intrusion interrupted',
      'Evacuation started',
      'Evacuation ended',
      'Intrusion resumed',
    ]);
    siren.close();
  });

  it('ends a timed profile exactly when its time is over, also while it waits', () => {
    const { clock, siren, events } = setUp(
      lights({ Low: { priority: 3, seconds: 10 }, High: { priority: 8 } }),
    );
    siren.startProfile('Low', byPerson);
    siren.startProfile('High', byRule);
    clock.advance(seconds(9.999));
    expect(siren.status().light).toHaveLength(2);
    clock.advance(seconds(0.001));
    expect(siren.status().light.map(({ profile }) => profile)).toEqual(['High']);
    expect(events.at(-1)).toMatchObject({ change: 'ended', profile: 'Low', cause: 'its time is over' });
    expect(clock.pending).toEqual([]);
    siren.close();
  });

  it('counts repetitions in periods of each pattern, light and siren each by its own', () => {
    const { clock, siren } = setUp();
    siren.startProfile('Doorbell', byRule);
    clock.advance(seconds(7.199));
    expect(siren.status().light).toHaveLength(1);
    clock.advance(seconds(0.001));
    expect(siren.status().light).toHaveLength(0);
    expect(siren.status().siren).toHaveLength(1);
    clock.advance(seconds(1.8));
    expect(siren.status().siren).toHaveLength(0);
    expect(clock.pending).toEqual([]);
  });

  it('goes on until the last owner lets go, and a stop by name ends it whoever owns it', () => {
    const { siren } = setUp();
    siren.startProfile('Evacuation', byRule);
    siren.startProfile('Evacuation', byPerson);
    expect(siren.stopOwner('rule:1', { cause: 'the call ended' })).toBe(false);
    expect(siren.status().light[0]?.owners).toEqual(['person']);
    siren.startProfile('Evacuation', byRule);
    expect(siren.stopProfile('Evacuation', onTheButton)).toBe(true);
    expect(siren.status()).toEqual({ light: [], siren: [] });
    expect(siren.stopProfile('Evacuation', onTheButton)).toBe(false);
  });

  it('lets go of one of the device’s own activities alone, and keeps what else its owner holds', () => {
    const { siren } = setUp();
    siren.startProfile('Evacuation', byRule);
    siren.startOwn('maintenance', byRule);
    const ended = { cause: 'the rule was changed', purpose: 'maintenance' as const };
    expect(siren.stopOwner('rule:1', ended)).toBe(true);
    expect(siren.own('maintenance')).toBeUndefined();
    expect(siren.status().light).toMatchObject([{ profile: 'Evacuation', owners: ['rule:1'] }]);
    expect(siren.stopOwner('rule:1', ended)).toBe(false);
  });

  it('starts the time over but not the rhythm when the same profile is started again', () => {
    const { clock, siren, shows } = setUp(lights({ Timed: { priority: 3, seconds: 10 } }));
    siren.startProfile('Timed', byPerson);
    clock.advance(seconds(6));
    siren.startProfile('Timed', byRule);
    clock.advance(seconds(6));
    expect(siren.status().light[0]).toMatchObject({ secondsLeft: 4, owners: ['person', 'rule:1'] });
    expect(shows).toHaveLength(1);
    clock.advance(seconds(4));
    expect(siren.status().light).toEqual([]);
    expect(clock.pending).toEqual([]);
  });

  it('begins the repetitions anew when a doorbell is rung again', () => {
    const { clock, siren, shows } = setUp(lights({ Bell: { priority: 3, count: 2 } }));
    siren.startProfile('Bell', byPerson);
    clock.advance(seconds(1));
    siren.startProfile('Bell', byPerson);
    expect(shows.at(-1)?.light?.startedAt).toBe(1_000);
    clock.advance(seconds(4.799));
    expect(siren.status().light).toHaveLength(1);
    clock.advance(seconds(0.001));
    expect(siren.status().light).toHaveLength(0);
  });

  it('stops one activity of one function by its id and knows no id that is gone', () => {
    const { siren } = setUp();
    const { sirenId } = siren.startProfile('Evacuation', byRule);
    expect(siren.stopActivity(Number(sirenId), onTheButton)).toBe(true);
    expect(siren.status().siren).toEqual([]);
    expect(siren.status().light).toHaveLength(1);
    expect(siren.stopActivity(Number(sirenId), onTheButton)).toBe(false);
    siren.close();
  });

  it('names the profile that does not exist', () => {
    const { siren } = setUp();
    expect(() => siren.startProfile('Evakuation', byRule)).toThrow('There is no profile "Evakuation".');
  });

  it('lets a running profile go on as it was started when it is edited or deleted', () => {
    const { siren, shows } = setUp(lights({ Alarm: { priority: 3 } }));
    siren.startProfile('Alarm', byRule);
    siren.setProfiles(lights({ Alarm: { priority: 9 } }));
    expect(siren.status().light[0]?.priority).toBe(3);
    siren.setProfiles([]);
    expect(siren.status().light).toHaveLength(1);
    expect(() => siren.startProfile('Alarm', byPerson)).toThrow('There is no profile "Alarm".');
    expect(siren.stopOwner('rule:1', { cause: 'the call ended' })).toBe(true);
    expect(shows.at(-1)).toEqual({});
  });

  it('takes the new settings of an edited profile at the next start and keeps its owners', () => {
    const { siren, events } = setUp(lights({ Alarm: { priority: 3 } }));
    siren.startProfile('Alarm', byRule);
    siren.setProfiles(lights({ Alarm: { priority: 9 } }));
    siren.startProfile('Alarm', byPerson);
    expect(siren.status().light).toMatchObject([{ priority: 9, owners: ['rule:1', 'person'] }]);
    expect(lightEvents(events)).toEqual(['Alarm started', 'Alarm ended', 'Alarm started']);
    siren.close();
  });

  it('shows first and reports afterwards, so that no listener delays the light', () => {
    const clock = new FakeClock();
    const bus = new EventBus({ clock, log: silentLog });
    const siren = new Siren({ clock, log: silentLog, bus, profiles: DEMO_PROFILES });
    const order: string[] = [];
    bus.subscribe(() => order.push('event'));
    siren.onShow(() => order.push('show'));
    siren.startProfile('Evacuation', byRule);
    expect(order).toEqual(['show', 'event', 'event']);
    siren.close();
  });

  it('survives a listener of the show that throws', () => {
    const { siren, shows, events } = setUp();
    siren.onShow(() => {
      throw new Error('a broken output');
    });
    siren.startProfile('Evacuation', byRule);
    expect([shows.length, events.length]).toEqual([1, 2]);
    siren.close();
  });

  it('goes dark and leaves no timer behind when it is closed', () => {
    const { clock, siren, shows } = setUp();
    siren.startProfile('Intrusion', byRule);
    siren.close();
    siren.close();
    expect(shows.at(-1)).toEqual({});
    expect(clock.pending).toEqual([]);
  });
});
