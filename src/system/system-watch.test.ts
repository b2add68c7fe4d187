import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { minutes, seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { EventBus } from '../events/event-bus.js';
import { THIS_MACHINE } from './machine.js';
import { systemWatchSchema } from './system-settings.js';
import { SystemWatch, type WatchedCertificate } from './system-watch.js';

const DAY = 86_400_000;

let clock: FakeClock;
let watch: SystemWatch;
let addresses: string[];
let used: number;
let certificates: WatchedCertificate[];
const told: string[] = [];

const news = () => told.splice(0);

/** What the machine tells comes in a later turn. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(async () => {
  clock = new FakeClock();
  addresses = ['192.0.2.1'];
  used = 50;
  certificates = [{ id: 'own', name: 'Own', validTo: clock.wallTime() + 32 * DAY }];
  told.splice(0);
  const bus = new EventBus({ clock, log: silentLog });
  bus.subscribe(({ event }) => {
    if (event.type === 'network' || event.type === 'storage') told.push(`${event.type} ${event.state}`);
    if (event.type === 'certificate') told.push(`${event.certificate} ${event.state} ${event.daysLeft}`);
  });
  watch = new SystemWatch({
    bus,
    clock,
    log: silentLog,
    folder: '/data',
    machine: {
      addresses: () => addresses,
      diskUse: () =>
        used < 0 ? Promise.reject(new Error('gone')) : Promise.resolve({ total: 100, free: 100 - used }),
    },
    settings: systemWatchSchema.parse({}),
    certificates: () => certificates,
  });
  await watch.start();
});

afterEach(async () => {
  await watch.close();
  expect(clock.pending).toEqual([]);
});

describe('the watch of the machine', () => {
  it('tells how everything is at first, and then only what changes', async () => {
    expect(news()).toEqual(['network up', 'own valid 32', 'storage ok']);
    clock.advance(minutes(30));
    await turn();
    expect(news()).toEqual([]);
  });

  it('sees a network that is lost, and that is there again', () => {
    news();
    addresses = [];
    clock.advance(seconds(5));
    expect(news()).toEqual(['network lost']);
    addresses = ['192.0.2.7'];
    clock.advance(seconds(5));
    expect(news()).toEqual(['network up']);
    expect(watch.status.network?.addresses).toEqual(['192.0.2.7']);
  });

  it('sees a disk that fills up, not each byte around the limit, and bears one that tells nothing', async () => {
    news();
    for (const [now, expected] of [
      [91, ['storage full']],
      [89, []],
      [-1, []],
      [87, ['storage ok']],
    ] as const) {
      used = now;
      clock.advance(minutes(1));
      await turn();
      expect([now, news()]).toEqual([now, expected]);
    }
    watch.apply({ storageFullPercent: 50, certificateDays: 30 });
    await turn();
    expect(news()).toContain('storage full');
  });

  it('counts the days of certificates down', () => {
    news();
    clock.advance(minutes(60 * 24 * 3));
    expect(news()).toEqual(['own valid 31', 'own valid 30', 'own expiring 29']);
    certificates = [];
    clock.advance(minutes(60));
    expect(news()).toEqual(['own removed 29']);
    certificates = [{ id: 'new', name: 'New', validTo: clock.wallTime() - 1 }];
    watch.apply(systemWatchSchema.parse({}));
    expect(news()).toEqual(['new expired -1']);
  });

  it('can ask this machine', async () => {
    const { total, free } = await THIS_MACHINE.diskUse('/');
    expect(total).toBeGreaterThan(free);
    expect(THIS_MACHINE.addresses()).not.toContain('127.0.0.1');
  });
});
