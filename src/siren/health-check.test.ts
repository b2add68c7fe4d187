import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import type { HealthCheckEvent } from '../events/device-event.js';
import { EventBus } from '../events/event-bus.js';
import { OutputRunner } from '../outputs/output-runner.js';
import type { Picture } from '../outputs/picture.js';
import { DEMO_PROFILES } from './demo-profiles.js';
import { HealthCheck } from './health-check.js';
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

const byPerson = { silent: false, cause: 'by hand' };

/** A lamp that remembers what it was given. */
class Lamp {
  readonly kind: string;
  readonly capabilities = {
    light: { sections: 12, colors: 'rgbw', framesPerSecond: 25 },
    sound: 'named',
    latencyMs: 0,
  } as const;
  readonly isWatched = true;
  readonly pictures: Picture[] = [];
  testError: string | undefined;

  constructor(kind: string) {
    this.kind = kind;
  }

  present(picture: Picture): void {
    this.pictures.push({ ...picture, frame: picture.frame.slice() });
  }

  test(): Promise<void> {
    return this.testError === undefined ? Promise.resolve() : Promise.reject(new Error(this.testError));
  }

  onWatched(): () => void {
    return () => undefined;
  }

  close(): void {
    this.pictures.length = 0;
  }
}

async function setUp({ everyHours = 0 } = {}) {
  const clock = new FakeClock();
  const bus = new EventBus({ clock, log: silentLog });
  const ended = new EventCatcher(bus);
  const lamps = [new Lamp('porch'), new Lamp('roof')] as const;
  const outputs = new OutputRunner({ clock, log: silentLog, drivers: lamps });
  const siren = new Siren({ clock, log: silentLog, bus, profiles: DEMO_PROFILES });
  siren.onShow((show) => outputs.show(show));
  const common = { folder, siren, outputs, bus, clock, log: silentLog };
  const health = new HealthCheck({ ...common, settings: { everyHours } });
  await health.open();
  closing.push(async () => {
    await health.close();
    siren.close();
    await outputs.close();
  });
  return { clock, siren, health, lamps, ended, common };
}

/** The events of health checks; the end of one can be awaited. */
class EventCatcher {
  readonly all: HealthCheckEvent[] = [];
  #resolve: (() => void) | undefined;

  constructor(bus: EventBus) {
    bus.subscribe(({ event }) => {
      if (event.type !== 'healthCheck') return;
      this.all.push(event);
      if (event.state !== 'started') this.#resolve?.();
    });
  }

  async end(): Promise<HealthCheckEvent> {
    const last = this.all.at(-1);
    if (last && last.state !== 'started') return last;
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
    });
    return this.all.at(-1)!;
  }
}

/** The sections that are lit. */
const lit = ({ frame }: Picture) =>
  Array.from({ length: 12 }, (_, section) => section).filter((section) =>
    frame.subarray(section * 4, section * 4 + 4).some((level) => level > 0),
  );

describe('A health check', () => {
  it('shows each section in turn and a test tone on every output, and says how each did', async () => {
    const { clock, siren, health, lamps, ended } = await setUp();
    lamps[1].testError = 'no answer from 192.0.2.7';
    health.start(byPerson);
    expect(health.isRunning).toBe(true);
    expect(siren.status().light).toMatchObject([{ purpose: 'healthCheck', priority: 13 }]);
    expect(siren.show.siren?.intensity).toBe(1);
    for (let step = 0; step < 150; step++) clock.advance(milliseconds(40));
    const seen = lamps.map(({ pictures }) => [...new Set(pictures.flatMap(lit))]);
    const all = Array.from({ length: 12 }, (_, section) => section);
    expect(seen).toEqual([all, all]);
    expect(lamps[0].pictures.every((picture) => lit(picture).length <= 1)).toBe(true);
    expect(await ended.end()).toEqual({
      type: 'healthCheck',
      state: 'failed',
      silent: false,
      failed: ['roof'],
    });
    expect(health.last).toMatchObject({
      outcome: 'failed',
      outputs: [
        { id: 'porch', ok: true },
        { id: 'roof', ok: false, error: 'no answer from 192.0.2.7' },
      ],
    });
    expect(siren.status()).toEqual({ light: [], siren: [] });
  });

  it('does not begin during an alarm or another check, and ends at once when an alarm begins', async () => {
    const { siren, health, ended } = await setUp();
    siren.startProfile('Doorbell', { owner: 'manual', cause: 'by hand' });
    expect(() => health.start(byPerson)).toThrow('There is an alarm');
    siren.stopAll({ cause: 'a test' });
    health.start(byPerson);
    expect(() => health.start(byPerson)).toThrow('under way');
    siren.startProfile('Evacuation', { owner: 'manual', cause: 'fire' });
    expect(siren.show.siren?.pattern).toBe('Siren: Evac');
    expect((await ended.end()).state).toBe('interrupted');
    expect(health.isRunning).toBe(false);
    siren.stopAll({ cause: 'a test' });
  });

  it('is made silently, also during an alarm, which it does not touch', async () => {
    const { siren, health, ended } = await setUp();
    siren.startProfile('Evacuation', { owner: 'manual', cause: 'fire' });
    const { show } = siren;
    health.start({ silent: true, cause: 'a test' });
    expect((await ended.end()).state).toBe('passed');
    expect(siren.show).toBe(show);
    siren.stopAll({ cause: 'a test' });
  });

  it('repeats itself silently after so many hours, counted from the last one also after a restart', async () => {
    const { clock, health, ended, common } = await setUp({ everyHours: 2 });
    clock.advance(seconds(2 * 3_600 - 1));
    expect(ended.all).toEqual([]);
    clock.advance(seconds(1));
    expect(await ended.end()).toMatchObject({ state: 'passed', silent: true });
    expect(health.last?.cause).toBe('every 2 h');
    await health.close();
    clock.advance(seconds(3_600));
    const again = new HealthCheck({ ...common, settings: { everyHours: 2 } });
    await again.open();
    expect(again.last).toEqual(health.last);
    expect(ended.all.filter(({ state }) => state === 'passed')).toHaveLength(2);
    clock.advance(seconds(3_600 - 1));
    expect(again.isRunning).toBe(false);
    clock.advance(seconds(1));
    expect(again.isRunning).toBe(true);
    again.apply({ everyHours: 0 });
    await again.close();
  });

  it('has no last result where its file is damaged', async () => {
    writeFileSync(join(folder, 'health-check.json'), '{"outcome":"pass');
    const { health } = await setUp();
    expect(health.last).toBeUndefined();
  });
});
