import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { RecordingLog } from '../../../test/support/recording-log.js';
import { hours, minutes, seconds } from '../../base/duration.js';
import type { SourceBlockedEvent } from '../../events/device-event.js';
import { sourceGuardSchema, type SourceGuardSettings } from './source-guard-settings.js';
import { SourceGuard } from './source-guard.js';

const SOURCE = '192.0.2.1';

let clock: FakeClock;
let log: RecordingLog;
let events: SourceBlockedEvent[];
let guard: SourceGuard;

function start(changes: Partial<SourceGuardSettings> = {}): void {
  clock = new FakeClock();
  log = new RecordingLog();
  events = [];
  guard = new SourceGuard({
    settings: sourceGuardSchema.parse(changes),
    clock,
    log,
    publish: (event) => void events.push(event),
  });
}

function repeat(count: number, act: (index: number) => void): void {
  for (let index = 0; index < count; index++) act(index);
}

beforeEach(() => start());

describe('wrong passwords', () => {
  const wrong = (address = SOURCE) => guard.noteWrongPassword(address);

  it('block a source for a minute after five of them, and no other one', () => {
    repeat(4, () => wrong());
    expect(guard.hears(SOURCE, false)).toBe(true);
    wrong();
    expect([guard.hears(SOURCE, false), guard.hears('192.0.2.2', false)]).toEqual([false, true]);
    expect(guard.admitsRequest(SOURCE, true)).toBe('ignore');
    expect(guard.admitsConnection(SOURCE)).toBe(false);
    clock.advance(minutes(1));
    expect(guard.hears(SOURCE, false)).toBe(true);
    expect(events.map(({ change, reason }) => [change, reason])).toEqual([
      ['blocked', 'wrongPasswords'],
      ['released', 'wrongPasswords'],
    ]);
  });

  it('block it for longer each time, up to a day, and are forgotten after one without', () => {
    const lengths = [60, 240, 960, 3_840, 15_360, 61_440, 86_400, 86_400];
    for (const length of lengths) {
      repeat(5, () => wrong());
      const [blocked] = guard.list();
      expect(((blocked?.until ?? 0) - (blocked?.since ?? 0)) / 1_000).toBe(length);
      clock.advance(seconds(length));
    }
    clock.advance(hours(25));
    repeat(5, () => wrong());
    expect(guard.list()[0]).toMatchObject({
      address: SOURCE,
      times: 1,
      why: expect.stringContaining('password'),
    });
  });

  it('are forgiven, one every 20 seconds, so that a person who mistypes is not blocked', () => {
    repeat(50, () => {
      wrong();
      clock.advance(seconds(20));
    });
    expect(events).toEqual([]);
  });

  it('of an IPv6 network whose addresses take turns block it, but nobody in it who knew the password', () => {
    guard.noteRightPassword('2001:db8::beef');
    repeat(50, (index) => wrong(`2001:db8::${index + 1}`));
    expect(guard.hears('2001:db8::9999', false)).toBe(false);
    expect(guard.hears('2001:db8::beef', false)).toBe(true);
    expect(guard.hears('2001:db8:0:1::1', false)).toBe(true);
    expect(guard.list()[0]?.address).toBe('2001:db8:0:0::/64');
    repeat(5, () => wrong('2001:db8::beef'));
    expect(guard.hears('2001:db8::beef', false)).toBe(false);
    expect(guard.release('2001:db8:0:0::/64')).toBe(true);
    expect(guard.hears('2001:db8::9999', false)).toBe(true);
  });

  it('of an IPv4 address count for it alone, also where it is written as IPv6', () => {
    repeat(100, (index) => wrong(`::ffff:192.0.2.${index}`));
    expect(events).toEqual([]);
    repeat(4, () => wrong('::ffff:192.0.2.5'));
    expect(guard.hears('192.0.2.5', false)).toBe(false);
  });

  it('are reported once for each block, however much is dropped', () => {
    repeat(5, () => wrong());
    repeat(100, () => guard.hears(SOURCE, false));
    expect(log.messages('warn')).toHaveLength(1);
    expect(guard.list()[0]).toMatchObject({ dropped: 100, reason: 'wrongPasswords' });
  });
});

describe('datagrams, which anybody can forge', () => {
  it('are let in only so fast, but never block anybody', () => {
    const entries = Array.from({ length: 1_000 }, () => guard.admitsRequest(SOURCE, false));
    expect(entries.filter((entry) => entry === 'admit')).toHaveLength(200);
    // At first it may come again by itself; only then a word is said.
    expect(entries.slice(200, 400).every((entry) => entry === 'ignore')).toBe(true);
    expect(entries.slice(401).every((entry) => entry === 'refuse')).toBe(true);
    clock.advance(seconds(1));
    const later = Array.from({ length: 100 }, () => guard.admitsRequest(SOURCE, false));
    expect(later.filter((entry) => entry === 'admit')).toHaveLength(50);
    expect(events).toEqual([]);
  });

  it('take nothing from the same address by TCP, nor from others', () => {
    repeat(10_000, () => guard.admitsRequest(SOURCE, false));
    expect(guard.admitsRequest(SOURCE, true)).toBe('admit');
    expect(guard.admitsRequest('192.0.2.2', false)).toBe('admit');
  });

  it('are not even read where there are very many, but for those who have a call', () => {
    repeat(4_000, () => guard.hears(SOURCE, false));
    expect(guard.hears(SOURCE, false)).toBe(false);
    expect(guard.hears(SOURCE, true)).toBe(true);
    guard.sessionBegan(SOURCE);
    expect(guard.hears(SOURCE, false)).toBe(true);
    guard.sessionEnded(SOURCE);
    expect(guard.hears(SOURCE, false)).toBe(false);
  });

  it('from ever more addresses push out none that is blocked or suspected', () => {
    repeat(5, () => guard.noteWrongPassword('192.0.2.9'));
    repeat(4, () => guard.noteWrongPassword(SOURCE));
    repeat(20_000, (index) => guard.hears(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, false));
    expect(guard.hears('192.0.2.9', false)).toBe(false);
    guard.noteWrongPassword(SOURCE);
    expect(guard.hears(SOURCE, false)).toBe(false);
  });
});

describe('what is proven', () => {
  it('blocks whoever floods by a stream', () => {
    const entries = Array.from({ length: 400 }, () => guard.admitsRequest(SOURCE, true));
    expect(entries.filter((entry) => entry === 'admit')).toHaveLength(200);
    expect(entries.filter((entry) => entry === 'refuse')).toHaveLength(100);
    expect(guard.list()[0]).toMatchObject({ address: SOURCE, reason: 'flood' });
  });

  it('blocks whoever is refused again and again, and nobody who is refused now and then', () => {
    repeat(100, () => {
      guard.note('192.0.2.2', 'refused');
      clock.advance(seconds(10));
    });
    repeat(30, () => guard.note(SOURCE, 'refused'));
    expect(guard.list().map(({ address, reason }) => [address, reason])).toEqual([[SOURCE, 'scan']]);
  });
});

describe('nobody blocks', () => {
  const attack = (address: string) => {
    repeat(100, () => guard.noteWrongPassword(address));
    repeat(1_000, () => guard.admitsRequest(address, true));
  };

  it('a server, this machine, or an address that the settings except', () => {
    start({ neverBlock: ['198.51.100.0/24'] });
    guard.protect((address) => address === '203.0.113.5');
    for (const address of ['203.0.113.5', '127.0.0.1', '127.9.9.9', '::1', '198.51.100.77']) {
      attack(address);
      expect(guard.hears(address, false)).toBe(true);
      expect(guard.admitsRequest(address, true)).toBe('admit');
    }
    expect(events).toEqual([]);
  });

  it('this machine, unless that is wanted', () => {
    start({ includeLoopback: true });
    attack('127.0.0.1');
    expect(guard.hears('127.0.0.1', false)).toBe(false);
  });

  it('anybody while the guard is off', () => {
    start({ enabled: false });
    attack(SOURCE);
    expect(guard.hears(SOURCE, false)).toBe(true);
  });
});

describe('a block by hand', () => {
  const settings = (blocked: SourceGuardSettings['blocked']) => sourceGuardSchema.parse({ blocked });

  it('holds from the start, for a block of addresses, and counts what it drops', () => {
    start({ blocked: [{ address: '192.0.2.0/24', since: 0, until: null, description: 'a scanner' }] });
    expect([guard.hears('192.0.2.200', false), guard.hears('192.0.3.1', false)]).toEqual([false, true]);
    expect(guard.list()[0]).toMatchObject({ address: '192.0.2.0/24', until: null, dropped: 1 });
    expect(guard.list()[0]?.why).toContain('a scanner');
  });

  it('comes and goes with the settings, and is told', () => {
    expect(guard.hears(SOURCE, false)).toBe(true);
    guard.apply(settings([{ address: SOURCE, since: 0, until: null, description: '' }]));
    expect(guard.hears(SOURCE, false)).toBe(false);
    guard.apply(settings([]));
    expect(guard.hears(SOURCE, false)).toBe(true);
    expect(events.map(({ change, reason }) => `${change} ${reason}`)).toEqual([
      'blocked byHand',
      'released byHand',
    ]);
  });

  it('ends by itself where it has an end', () => {
    const until = clock.wallTime() + 5_000;
    guard.apply(settings([{ address: SOURCE, since: 0, until, description: '' }]));
    expect(guard.hears(SOURCE, false)).toBe(false);
    clock.advance(seconds(5));
    expect([guard.hears(SOURCE, false), guard.list()]).toEqual([true, []]);
    expect(clock.pending).toEqual([]);
  });
});

it('leaves no timer behind', () => {
  repeat(5, () => guard.noteWrongPassword(SOURCE));
  guard.close();
  expect(clock.pending).toEqual([]);
});
