import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GpiomonStandIn } from '../support/gpiomon-stand-in.js';
import { GpiosetStandIn } from '../support/gpioset-stand-in.js';
import { TestDevice } from '../support/test-device.js';
import { until } from '../support/until.js';

/** The recipes of the device manual with a digital input; only the chip is not real: programs stand in for libgpiod's. */
const running: { siren?: TestDevice; restore: (() => void)[]; folders: string[] } = {
  restore: [],
  folders: [],
};

afterEach(async () => {
  await running.siren?.close();
  delete running.siren;
  for (const restore of running.restore.splice(0).reverse()) restore();
  for (const folder of running.folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sipsiren-gpio-'));
  running.folders.push(folder);
  return folder;
}

function chip(version: '1.6.3' | '2.1.3'): GpiomonStandIn {
  const standIn = new GpiomonStandIn(temporary(), version);
  running.restore.push(() => {
    standIn.restore();
  });
  return standIn;
}

async function device(): Promise<TestDevice> {
  running.siren = await TestDevice.start({ http: true });
  return running.siren;
}

const PORT = { id: '1', name: 'Door', line: '17', debounceMilliseconds: 0 };
const shown = (siren: TestDevice) =>
  siren.device.siren.status().light.map(({ profile, running: runs }) => `${profile} ${runs}`);

async function whileInput(siren: TestDevice, profile: string): Promise<void> {
  const answer = await siren.api('POST', '/rules', {
    name: profile,
    conditions: [{ kind: 'io.digitalInput', port: 1 }],
    actions: [{ kind: 'siren.profile', profile, run: 'whileActive' }],
  });
  expect(answer).toMatchObject({ status: 201 });
}

const state = (siren: TestDevice, wanted: string, since = 0) =>
  siren.until(`port 1 ${wanted}`, () =>
    siren
      .events('input.digital')
      .slice(since)
      .find((event) => event.port === 1 && event.state === wanted),
  );

describe('Start a profile when an alarm is triggered', () => {
  it.each(['1.6.3', '2.1.3'] as const)(
    'runs the profile while the circuit that is normally closed is open (libgpiod %s)',
    async (version) => {
      const line = chip(version);
      line.level = true;
      const siren = await device();
      expect(await siren.api('POST', '/io-ports', { ...PORT, normalState: 'closed' })).toMatchObject({
        status: 201,
      });
      await whileInput(siren, 'Evacuation');
      await state(siren, 'inactive');
      await until('gpiomon', () => line.told.some((told) => told.startsWith('gpiomon')));
      expect(line.told.slice(0, 2)).toEqual(
        version === '1.6.3'
          ? [
              'gpioget --active-low --bias=pull-up gpiochip0 17',
              'gpiomon --line-buffered --format=%e --active-low --bias=pull-up gpiochip0 17',
            ]
          : [
              'gpioget --numeric --active-low --bias=pull-up -c gpiochip0 17',
              'gpiomon --format=%e --active-low --bias=pull-up -c gpiochip0 17',
            ],
      );
      expect(shown(siren)).toEqual([]);
      line.edge(false);
      await state(siren, 'active');
      expect(shown(siren)).toEqual(['Evacuation true']);
      const since = siren.events('input.digital').length;
      line.edge(true);
      await state(siren, 'inactive', since);
      expect(shown(siren)).toEqual([]);
    },
  );

  it('knows nothing while the watching program is gone, and goes on when it is there again', async () => {
    const line = chip('2.1.3');
    const siren = await device();
    await siren.api('POST', '/io-ports', PORT);
    await state(siren, 'inactive');
    await until('gpiomon', () => line.told.some((told) => told.startsWith('gpiomon')));
    line.pullOut();
    process.kill(line.watcher, 'SIGKILL');
    await state(siren, 'unknown', 2);
    await siren.event('input.digital', ({ error = '' }) => error.includes('cannot find a GPIO chip'));
    expect(await siren.api('GET', '/io-ports/1')).toMatchObject({
      body: { status: { state: 'unknown', error: 'gpioget: cannot find a GPIO chip' } },
    });
    line.level = true;
    line.plugIn();
    await state(siren, 'active');
    expect(await siren.api('POST', '/io-ports/1/activate')).toMatchObject({ status: 409 });
  });
});

describe('The programs of libgpiod that are installed', () => {
  it('take what they are told, and complain of the chip alone', async () => {
    const siren = await device();
    await siren.api('POST', '/io-ports', { ...PORT, chip: 'gpiochip-none' });
    const { event } = await siren.event('input.digital', ({ error }) => error !== undefined);
    expect(event.error).toMatch(/^gpioget: .*(?:No such file|cannot find)/);
    await siren.api('PUT', '/io-ports/1', { ...PORT, chip: 'gpiochip-none', direction: 'output' });
    const output = await siren.event(
      'input.digital',
      ({ error, direction }) => direction === 'output' && error !== undefined,
    );
    expect(output.event.error).toMatch(/^gpioset: .*(?:No such file|cannot find)/);
  });
});

describe('Run two profiles with different priorities', () => {
  it('shows the one of the input over the one that was started before', async () => {
    const line = chip('2.1.3');
    const siren = await device();
    const profile = (name: string, priority: number) =>
      siren.api('POST', '/profiles', {
        name,
        priority,
        light: { pattern: 'Steady', colors: ['red'], intensity: 3 },
      });
    await profile('Low', 3);
    await profile('High', 4);
    await siren.api('POST', '/io-ports', PORT);
    await whileInput(siren, 'High');
    await state(siren, 'inactive');
    await siren.api('POST', '/profiles/Low/start');
    line.edge(true);
    await state(siren, 'active');
    expect(shown(siren)).toEqual(['High true', 'Low false']);
    const since = siren.events('input.digital').length;
    line.edge(false);
    await state(siren, 'inactive', since);
    expect(shown(siren)).toEqual(['Low true']);
  });
});

describe('A digital output', () => {
  it('is kept on by a rule, set and pulsed by hand, and left as it is normally', async () => {
    const gpioset = new GpiosetStandIn(temporary(), '2.1.3');
    running.restore.push(() => {
      gpioset.restore();
    });
    const siren = await device();
    const told = (line: string) => until(`gpioset ${line}`, () => gpioset.told.at(-1) === line);
    const output = {
      id: '2',
      name: 'Gate',
      direction: 'output',
      line: '27',
      activeLow: false,
      minimumPulseMilliseconds: 20,
    };
    expect(await siren.api('POST', '/io-ports', output)).toMatchObject({ status: 201 });
    await told('-c gpiochip0 27=0');
    await siren.api('POST', '/rules', {
      name: 'Gate',
      conditions: [{ kind: 'io.virtualInput', port: 1 }],
      actions: [{ kind: 'io.output', port: 2, run: 'whileActive' }],
    });
    await siren.api('POST', '/virtual-inputs/1/activate');
    await told('-c gpiochip0 27=1');
    expect(await siren.api('GET', '/io-ports/2')).toMatchObject({ body: { status: { state: 'active' } } });
    await siren.api('POST', '/virtual-inputs/1/deactivate');
    await told('-c gpiochip0 27=0');
    await siren.api('POST', '/io-ports/2/pulse', { milliseconds: 20, times: 3 });
    await until(
      'three pulses',
      () => gpioset.told.filter((line) => line === '-c gpiochip0 27=1').length >= 2,
    );
    await siren.api('POST', '/io-ports/2/activate');
    await told('-c gpiochip0 27=1');
    await siren.close();
    delete running.siren;
    expect(gpioset.told.at(-1)).toBe('-t 0 -c gpiochip0 27=0');
  });

  it('that is normally closed is left closed', async () => {
    const gpioset = new GpiosetStandIn(temporary(), '1.6.3');
    running.restore.push(() => {
      gpioset.restore();
    });
    const siren = await device();
    await siren.api('POST', '/io-ports', {
      id: '2',
      direction: 'output',
      line: '27',
      activeLow: false,
      normalState: 'closed',
    });
    await until('gpioset', () => gpioset.told.at(-1) === '--mode=signal --active-low gpiochip0 27=0');
  });
});
