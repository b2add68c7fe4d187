import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ActivityId } from '../../src/base/ids.js';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import { OutputRunner, type OutputStatus } from '../../src/outputs/output-runner.js';
import { outputSchema } from '../../src/outputs/outputs-schema.js';
import type { ShownLight } from '../../src/outputs/show.js';
import { LedController } from '../support/led-controller.js';
import { until } from '../support/until.js';

let leds: LedController;
let runner: OutputRunner;
let states: OutputStatus[];

const light: ShownLight = {
  activityId: 1 as ActivityId,
  priority: 5,
  pattern: 'Steady',
  speed: 1,
  intensity: 5,
  colors: ['red'],
  startedAt: 0,
};

async function setUp(count: number, settings: Record<string, unknown> = {}): Promise<void> {
  leds = new LedController(count, settings['channels'] === 'rgbw' ? 4 : 3);
  await leds.start();
  const { port, apiPort } = leds;
  runner.apply([
    outputSchema.parse({
      id: 'strip',
      kind: 'wled',
      settings: { host: '127.0.0.1', port, apiPort, leds: count, ...settings },
    }),
  ]);
}

beforeEach(() => {
  states = [];
  runner = new OutputRunner({
    clock: new SystemClock(),
    log: silentLog,
    drivers: [],
    onState: (status) => states.push(status),
  });
});

afterEach(async () => {
  await runner.close();
  await leds.stop();
  expect(leds.faults).toEqual([]);
});

const red = (count: number) => Buffer.from(Array.from({ length: count }, () => [255, 0, 0]).flat());

describe('LEDs that take DDP', () => {
  it('show the light in packets that fit, again and again while it is on, and are left dark', async () => {
    await setUp(600);
    runner.show({ light });
    await until('three pictures', () => leds.pictures.filter((one) => one.equals(red(600))).length >= 3);
    expect(leds.states).toEqual([{ on: false, transition: 0 }]);
    await runner.close();
    await until('darkness', () => leds.pictures.at(-1)?.every((byte) => byte === 0));
    expect(states).toEqual([]);
  });

  it('move as the pattern does, with a white of their own', async () => {
    await setUp(12, { channels: 'rgbw' });
    runner.show({ light: { ...light, pattern: 'Rotate white + steady color', speed: 4 } });
    const different = () => new Set(leds.pictures.map((one) => one.toString('hex'))).size;
    await until('ten different pictures', () => different() >= 10);
    expect(leds.pictures.some((one) => one.some((byte, at) => at % 4 === 3 && byte > 0))).toBe(true);
  });

  it('show the alarm in its middle when they come back', async () => {
    await setUp(12);
    runner.show({ light });
    await until('a picture', () => leds.pictures.length > 0);
    await leds.stop();
    await expect(runner.test('strip')).rejects.toThrow(/cannot be reached/);
    leds.pictures.length = 0;
    await leds.start();
    await until('the picture again', () => leds.pictures.at(-1)?.equals(red(12)));
    await expect(runner.test('strip')).resolves.toBeUndefined();
  });
});
