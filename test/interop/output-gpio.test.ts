import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActivityId } from '../../src/base/ids.js';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import { OutputRunner, type OutputStatus } from '../../src/outputs/output-runner.js';
import { outputSchema } from '../../src/outputs/outputs-schema.js';
import type { ShownLight, ShownSiren } from '../../src/outputs/show.js';
import { GpiosetStandIn } from '../support/gpioset-stand-in.js';
import { until } from '../support/until.js';

const folder = mkdtempSync(join(tmpdir(), 'sipsiren-gpio-'));
const running: { scene?: Scene } = {};

afterEach(async () => {
  await running.scene?.close();
  delete running.scene;
  rmSync(folder, { recursive: true, force: true });
});

const light: ShownLight = {
  activityId: 1 as ActivityId,
  priority: 5,
  pattern: 'Steady',
  speed: 1,
  intensity: 5,
  colors: ['red'],
  startedAt: 0,
};
const siren: ShownSiren = {
  activityId: 2 as ActivityId,
  priority: 5,
  pattern: 'Siren: Evac',
  intensity: 5,
  startedAt: 0,
};

/** A relay at the stand-in for gpioset, of which only the chip is not real. */
class Scene {
  readonly gpioset: GpiosetStandIn;
  readonly states: OutputStatus[] = [];
  readonly runner = new OutputRunner({
    clock: new SystemClock(),
    log: silentLog,
    drivers: [],
    onState: (status) => this.states.push(status),
  });

  constructor(version: '1.6.3' | '2.1.3', settings: Record<string, unknown> = {}) {
    this.gpioset = new GpiosetStandIn(folder, version);
    this.runner.apply([outputSchema.parse({ id: 'relay', kind: 'gpio', settings })]);
    running.scene = this;
  }

  async close(): Promise<void> {
    await this.runner.close();
    this.gpioset.restore();
  }

  /** Waits for the next command line. */
  async told(line: string): Promise<void> {
    await until(`gpioset ${line}`, () => this.gpioset.told.at(-1) === line);
  }
}

describe('A relay on a GPIO line', () => {
  it('is held off, goes on with any light, and is left off, as libgpiod 2 wants to be told', async () => {
    const scene = new Scene('2.1.3', { chip: 'gpiochip2', line: 'RELAY' });
    await scene.told('-c gpiochip2 RELAY=0');
    scene.runner.show({ light });
    await scene.told('-c gpiochip2 RELAY=1');
    const holder = scene.gpioset.holder;
    await scene.runner.close();
    expect(scene.gpioset.told).toEqual([
      '-c gpiochip2 RELAY=0',
      '-t 0 -c gpiochip2 RELAY=0',
      '-c gpiochip2 RELAY=1',
      '-t 0 -c gpiochip2 RELAY=0',
    ]);
    expect(() => process.kill(holder, 0)).toThrow();
    expect(scene.states).toEqual([]);
  });

  it('is told by libgpiod 1 with its own flags, and the other way round where it pulls in when low', async () => {
    const scene = new Scene('1.6.3', { activeLow: true, shows: 'siren', minimumPulseMilliseconds: 20 });
    await scene.told('--mode=signal --active-low gpiochip0 17=0');
    scene.runner.show({ light });
    scene.runner.show({ light, siren });
    await scene.told('--mode=signal --active-low gpiochip0 17=1');
    scene.runner.show({ light });
    await scene.told('--mode=signal --active-low gpiochip0 17=0');
    expect(scene.gpioset.told.filter((line) => line.startsWith('--mode=exit'))).toEqual([
      '--mode=exit --active-low gpiochip0 17=0',
      '--mode=exit --active-low gpiochip0 17=0',
    ]);
  });

  it('goes on again in the middle of an alarm when the program that holds it has died', async () => {
    const scene = new Scene('2.1.3');
    scene.runner.show({ light });
    await scene.told('-c gpiochip0 17=1');
    process.kill(scene.gpioset.holder, 'SIGKILL');
    await until('that it fails', () => scene.states.at(-1)?.state === 'failing');
    await until('that it is well again', () => scene.states.at(-1)?.state === 'ok');
    expect(scene.gpioset.told.at(-1)).toBe('-c gpiochip0 17=1');
  });

  it('goes on as soon as its chip is there, and says until then what is wrong', async () => {
    const scene = new Scene('2.1.3');
    await scene.told('-c gpiochip0 17=0');
    scene.gpioset.pullOut();
    scene.runner.show({ light });
    await until('that it fails', () => scene.states.at(-1)?.state === 'failing');
    expect(scene.states.at(-1)).toMatchObject({ error: 'gpioset: cannot find a GPIO chip' });
    await expect(scene.runner.test('relay')).rejects.toThrow('cannot find a GPIO chip');
    scene.gpioset.plugIn();
    await until('that it is well again', () => scene.states.at(-1)?.state === 'ok');
    expect(scene.gpioset.told.at(-1)).toBe('-c gpiochip0 17=1');
  });

  it('says so where gpioset is missing', async () => {
    const path = process.env['PATH'];
    const scene = new Scene('2.1.3');
    await scene.told('-c gpiochip0 17=0');
    process.env['PATH'] = folder;
    scene.runner.apply([outputSchema.parse({ id: 'other', kind: 'gpio', settings: {} })]);
    await until('that it fails', () => scene.states.at(-1)?.state === 'failing');
    process.env['PATH'] = path;
    expect(scene.states.at(-1)).toMatchObject({ error: expect.stringContaining('package gpiod') });
  });

  it.each([{ line: '17; reboot' }, { chip: '$(reboot)' }, { line: '-h' }, { chip: '../etc' }])(
    'takes no name that a shell could take for something else: %j',
    (settings) => {
      expect(outputSchema.safeParse({ id: 'relay', kind: 'gpio', settings })).toMatchObject({
        success: false,
      });
    },
  );
});
