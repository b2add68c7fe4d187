import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { EventBus } from '../events/event-bus.js';
import { heartbeatSchema, type HeartbeatSettings } from './heartbeat-settings.js';
import { Heartbeats } from './heartbeats.js';

let clock: FakeClock;
let heartbeats: Heartbeats;
const told: string[] = [];

function start(...list: HeartbeatSettings[]): void {
  const bus = new EventBus({ clock, log: silentLog });
  bus.subscribe(({ event }) => {
    if (event.type === 'heartbeat') told.push(`${event.heartbeat} ${event.state}`);
  });
  heartbeats = new Heartbeats({ bus, clock, heartbeats: list });
  heartbeats.start();
}

const heartbeat = (more: object = {}) =>
  heartbeatSchema.parse({ id: 'nvr', name: 'Recorder', everySeconds: 10, ...more });
const news = () => told.splice(0);

beforeEach(() => {
  clock = new FakeClock();
  told.splice(0);
});

afterEach(() => {
  heartbeats.close();
  expect(clock.pending).toEqual([]);
});

describe('a heartbeat', () => {
  it('waits for its first beat, then counts from each', () => {
    start(heartbeat());
    clock.advance(seconds(100));
    expect(news()).toEqual(['nvr waiting']);
    expect(heartbeats.beat('nvr')).toMatchObject({ state: 'alive', lostAt: clock.wallTime() + 10_000 });
    clock.advance(seconds(9));
    heartbeats.beat('nvr');
    clock.advance(seconds(9));
    expect(news()).toEqual(['nvr alive']);
    clock.advance(seconds(1));
    expect(news()).toEqual(['nvr lost']);
    heartbeats.beat('nvr');
    expect(news()).toEqual(['nvr alive']);
  });

  it('counts from the start where that is set', () => {
    start(heartbeat({ countsFrom: 'start' }));
    clock.advance(seconds(10));
    expect(news()).toEqual(['nvr waiting', 'nvr lost']);
  });

  it('goes on when it gets another name, counts anew with another time, and ends with its settings', () => {
    start(heartbeat());
    heartbeats.beat('nvr');
    clock.advance(seconds(5));
    heartbeats.apply([heartbeat({ name: 'Other' })]);
    expect(heartbeats.status('nvr')?.lostAt).toBe(clock.wallTime() + 5_000);
    heartbeats.apply([heartbeat({ everySeconds: 2 })]);
    clock.advance(seconds(2));
    expect(news()).toEqual(['nvr waiting', 'nvr alive', 'nvr lost']);
    heartbeats.apply([]);
    expect(news()).toEqual(['nvr waiting']);
    expect(() => heartbeats.beat('nvr')).toThrow('no heartbeat');
  });

  it('of a client has the time that the client says', () => {
    start();
    heartbeats.beatOfClient(seconds(3));
    clock.advance(seconds(3));
    heartbeats.apply([]);
    heartbeats.beatOfClient(seconds(1));
    heartbeats.beatOfClient(seconds(0));
    clock.advance(seconds(5));
    expect(news()).toEqual(['axhbt waiting', 'axhbt alive', 'axhbt lost', 'axhbt alive', 'axhbt waiting']);
    expect(heartbeatSchema.safeParse({ id: 'axhbt', name: 'x' }).success).toBe(false);
  });
});
