import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../test/support/fake-clock.js';
import { milliseconds, seconds, type Duration } from '../base/duration.js';
import { Emitter } from '../base/emitter.js';
import type { ActivityId } from '../base/ids.js';
import { silentLog } from '../base/log.js';
import type { OutputDriver } from './output-driver.js';
import { OutputRunner, type OutputStatus } from './output-runner.js';
import type { OutputSettings } from './output-settings.js';
import type { Picture } from './picture.js';
import type { ShownLight, ShownSiren } from './show.js';

const light: ShownLight = {
  activityId: 1 as ActivityId,
  priority: 3,
  pattern: 'Steady',
  speed: 1,
  intensity: 5,
  colors: ['green'],
  startedAt: 0,
};
const siren: ShownSiren = {
  activityId: 2 as ActivityId,
  priority: 3,
  pattern: 'Siren: Evac',
  intensity: 5,
  startedAt: 0,
};

/** An output whose every word the test says. */
class Scripted implements OutputDriver {
  readonly kind = 'scripted';
  readonly capabilities = {
    light: { sections: 1, colors: 'on-off' as const, framesPerSecond: 0 },
    latencyMs: 0,
  };
  readonly faults = new Emitter<string | undefined>();
  readonly pictures: Pick<Picture, 'light' | 'siren'>[] = [];
  answer: () => void | Promise<void> = () => undefined;
  health: () => Promise<void> = () => Promise.resolve();
  closing: Promise<void> | undefined;
  isClosed = false;

  constructor(readonly checkEvery?: Duration) {}

  onFault(listener: (error: string | undefined) => void) {
    return this.faults.subscribe(listener);
  }

  present({ light: lit, siren: sounding }: Picture): void | Promise<void> {
    this.pictures.push({ ...(lit && { light: lit }), ...(sounding && { siren: sounding }) });
    return this.answer();
  }

  test(): Promise<void> {
    return this.health();
  }

  close(): void | Promise<void> {
    this.isClosed = true;
    return this.closing;
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the outputs of a device', () => {
  let clock: FakeClock;
  let made: Map<string, Scripted[]>;
  let states: OutputStatus[];
  let runner: OutputRunner;

  const output = (id: string, settings: Record<string, unknown> = {}, name = ''): OutputSettings => ({
    id,
    name,
    kind: 'scripted',
    enabled: true,
    settings,
  });
  const drivers = (id: string) => made.get(id) ?? [];

  beforeEach(() => {
    clock = new FakeClock();
    made = new Map();
    states = [];
    runner = new OutputRunner({
      clock,
      log: silentLog,
      drivers: [],
      createDriver: ({ id, settings }) => {
        if (settings['impossible']) throw new Error('cannot be');
        const driver = new Scripted(settings['checked'] ? seconds(10) : undefined);
        made.set(id, [...drivers(id), driver]);
        return driver;
      },
      onState: (status) => states.push(status),
    });
  });

  afterEach(async () => {
    await runner.close();
    expect(clock.pending).toEqual([]);
  });

  it('show what shows as soon as they are there', () => {
    runner.show({ light });
    runner.apply([output('a')]);
    expect(drivers('a')[0]?.pictures).toEqual([{ light }]);
  });

  it('go on undisturbed while others come, go and change, and when they are given another name', async () => {
    runner.apply([output('a'), output('b'), output('c')]);
    runner.show({ light });
    runner.apply([output('b', { other: 1 }), output('a', {}, 'Hall'), output('d')]);
    await settled();
    expect(drivers('a')).toHaveLength(1);
    expect(drivers('a')[0]?.pictures).toEqual([{}, { light }]);
    expect(drivers('c')[0]?.isClosed).toBe(true);
    expect(drivers('b').map(({ isClosed, pictures }) => [isClosed, pictures.at(-1)])).toEqual([
      [true, { light }],
      [false, { light }],
    ]);
    expect(runner.status().map(({ id, name }) => [id, name])).toEqual([
      ['b', ''],
      ['a', 'Hall'],
      ['d', ''],
    ]);
  });

  it('fail no longer when they are turned off, deleted or changed', () => {
    const told = () => states.splice(0).map(({ id, state }) => `${id} ${state}`);
    runner.apply([output('a'), output('b'), output('c'), output('d')]);
    for (const id of ['a', 'b', 'c']) drivers(id)[0]?.faults.emit('the cable is out');
    expect(told()).toEqual(['a failing', 'b failing', 'c failing']);
    runner.apply([{ ...output('a'), enabled: false }, output('c', { other: 1 })]);
    expect(told()).toEqual(['a ok', 'b ok', 'c ok']);
  });

  it('are left in their safe state when they are turned off', () => {
    runner.apply([output('a')]);
    runner.apply([{ ...output('a'), enabled: false }]);
    expect(drivers('a')[0]?.isClosed).toBe(true);
    expect(runner.status()).toEqual([]);
  });

  it('let go of a device before their new form takes it, however often they change meanwhile', async () => {
    runner.apply([output('a')]);
    let release: () => void = () => undefined;
    drivers('a')[0]!.closing = new Promise((resolve) => {
      release = resolve;
    });
    for (const value of [1, 2, 3]) runner.apply([output('a', { value })]);
    await settled();
    expect(drivers('a')).toHaveLength(1);
    runner.show({ light });
    release();
    await settled();
    expect(drivers('a')).toHaveLength(2);
    expect(drivers('a')[1]?.pictures).toEqual([{ light }]);
  });

  it('are replaced also where the earlier form never closes, after five seconds', async () => {
    runner.apply([output('a')]);
    drivers('a')[0]!.closing = new Promise(() => undefined);
    runner.apply([output('a', { value: 1 })]);
    clock.advance(seconds(5));
    await settled();
    expect(drivers('a')).toHaveLength(2);
  });

  it('do not depend on one that cannot be made', () => {
    runner.apply([output('a', { impossible: true }), output('b')]);
    runner.show({ siren });
    expect(drivers('b')[0]?.pictures.at(-1)).toEqual({ siren });
  });

  it('tell when they begin and cease to fail, and why', () => {
    runner.apply([output('a', {}, 'Hall')]);
    const [driver] = drivers('a');
    driver?.faults.emit('no cable');
    driver?.faults.emit('no cable');
    driver?.faults.emit('no power');
    driver?.faults.emit(undefined);
    const since = clock.wallTime();
    const what = { id: 'a', name: 'Hall', kind: 'scripted' };
    expect(states).toEqual([
      { ...what, state: 'failing', since, error: 'no cable' },
      { ...what, state: 'failing', since, error: 'no power' },
      { ...what, state: 'ok' },
    ]);
  });

  it('are looked after while nothing happens, and show the alarm again when they come back in its middle', async () => {
    runner.apply([output('a', { checked: true })]);
    const driver = drivers('a')[0]!;
    await settled();
    expect(runner.status()[0]).toMatchObject({ state: 'ok' });
    driver.health = () => Promise.reject(new Error('no route to host'));
    runner.show({ light });
    clock.advance(seconds(10));
    await settled();
    expect(runner.status()[0]).toMatchObject({ state: 'failing', error: 'no route to host' });
    driver.health = () => Promise.resolve();
    const before = driver.pictures.length;
    clock.advance(seconds(10));
    await settled();
    expect(runner.status()[0]).toMatchObject({ state: 'ok' });
    expect(driver.pictures.slice(before)).toEqual([{ light }]);
  });

  it('answer a test with what is wrong, or that nothing is', async () => {
    runner.apply([output('a')]);
    const driver = drivers('a')[0]!;
    await expect(runner.test('a')).resolves.toBeUndefined();
    driver.health = () => Promise.reject(new Error('wrong password'));
    await expect(runner.test('a')).rejects.toThrow('wrong password');
    driver.health = () => new Promise(() => undefined);
    const test = runner.test('a');
    await settled();
    clock.advance(seconds(5));
    await expect(test).rejects.toMatchObject({ code: 'TIMEOUT' });
    await expect(runner.test('b')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('never wait for each other: whatever some do, the others have every picture at once', async () => {
    const behaviours: readonly (() => void | Promise<void>)[] = [
      () => new Promise<void>(() => undefined),
      () => Promise.reject(new Error('dead')),
      () => {
        throw new Error('broken');
      },
      () => Promise.resolve(),
    ];
    const shows = fc.array(fc.constantFrom({}, { light }, { siren }, { light, siren }), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(behaviours.length - 1), { minLength: 1, maxLength: 6 }),
        shows,
        fc.nat(400),
        async (kinds, sequence, spacing) => {
          made = new Map();
          runner.apply([]);
          runner.show({});
          runner.apply([
            ...kinds.map((_, index) => output(`odd-${index}`, { kinds })),
            output('good', { kinds }),
          ]);
          await settled();
          kinds.forEach((kind, index) => {
            drivers(`odd-${index}`).at(-1)!.answer = behaviours[kind]!;
          });
          const good = drivers('good').at(-1)!;
          for (const show of sequence) {
            runner.show(show);
            expect(good.pictures.at(-1)).toEqual(show);
            clock.advance(milliseconds(spacing));
            await Promise.resolve();
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
