import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { StandInDevice } from '../../../test/support/stand-in-device.js';
import { silentLog } from '../../base/log.js';
import { SystemClock } from '../../base/system-clock.js';
import { HttpServer } from '../http-server.js';

interface Answer {
  readonly apiVersion: string;
  readonly context?: unknown;
  readonly method?: string;
  readonly data?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

let device: StandInDevice;
let server: HttpServer;
let url: string;

beforeEach(async () => {
  const clock = new SystemClock();
  device = await StandInDevice.start(clock);
  server = new HttpServer({
    ...{ control: device.control, bus: device.bus, output: device.output, clock, log: silentLog },
    ...{ address: '127.0.0.1', port: 0, webRoot: join(device.folder, 'no-page') },
  });
  const { port } = await server.start();
  url = `http://127.0.0.1:${port}/axis-cgi/siren_and_light.cgi`;
});

afterEach(async () => {
  await server.close();
  await device.close();
});

async function send(body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(url, { method: 'POST', headers: { ...type, ...headers }, body });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

const ask = (method: string, params?: unknown) => send(JSON.stringify({ apiVersion: '1.0', method, params }));
const dataOf = async (method: string, params?: unknown) => (await ask(method, params)).data;
const codeOf = async (method: string, params?: unknown) => (await ask(method, params)).error?.code;

async function upload(uploadMode: string, file: string): Promise<Answer> {
  const form = new FormData();
  const request = JSON.stringify({ apiVersion: '1.0', method: 'uploadProfiles', params: { uploadMode } });
  form.append('request', new Blob([request], { type: 'application/json' }));
  form.append('file', new Blob([file]), 'profiles');
  return (await (await fetch(url, { method: 'POST', body: form })).json()) as Answer;
}

const green = { pattern: 'Steady', colors: ['green'] };

describe('A request to siren_and_light.cgi', () => {
  it('is JSON whatever its type says, and has its context and method in the answer', async () => {
    const body = JSON.stringify({ apiVersion: '1.0', context: 'my context', method: 'getStatus' });
    const answer = { apiVersion: '1.0', context: 'my context', method: 'getStatus', data: {} };
    expect(await send(body)).toEqual(answer);
    expect(await send(body, { 'content-type': 'text/plain' })).toEqual(answer);
  });

  it('needs a version but for the question which there are', async () => {
    expect((await send('{"method":"getSupportedVersions"}')).data).toEqual({ apiVersions: ['1.0'] });
    expect((await send('{"method":"getStatus"}')).error?.code).toBe(2103);
    expect(await send('{"apiVersion":"2.0","method":"getStatus","context":"c"}')).toMatchObject({
      context: 'c',
      error: { code: 2100 },
    });
  });

  it('that is empty, no JSON, no object or of no method is told so', async () => {
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url, { method: 'PUT' })).status).toBe(405);
    for (const body of ['', '{', '[]', '"start"']) expect((await send(body)).error?.code).toBe(2101);
    expect((await send('{"apiVersion":"1.0"}')).error?.code).toBe(2103);
    for (const method of ['fly', 'constructor']) expect(await codeOf(method)).toBe(2102);
    expect(await codeOf('start', ['profile'])).toBe(2104);
  });

  it('of a page of another origin is refused', async () => {
    const headers = { origin: 'http://evil.example' };
    expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).toBe(403);
  });
});

describe('The capabilities', () => {
  it('are those of the manual, and what they allow can be started', async () => {
    const { capabilities } = (await dataOf('getCapabilities')) as {
      capabilities: Record<'light' | 'siren', { supportedPatterns: Record<string, unknown>[] }>;
    };
    expect(capabilities).toMatchObject({
      healthCheckSupport: true,
      maintenanceModeSupport: true,
      poeClass: '4',
    });
    expect(capabilities.siren.supportedPatterns).toHaveLength(29);
    expect(capabilities.light.supportedPatterns).toHaveLength(23);
    expect(capabilities.light.supportedPatterns.find(({ name }) => name === 'Alternate')).toMatchObject({
      speed: { possible: [1, 2] },
      colors: { minNbrColors: 2, maxNbrColors: 4 },
      intensity: { poeClass: { 3: { possible: [1, 2] }, 4: { possible: [1, 2, 3, 4, 5], default: 2 } } },
      priority: { default: 3 },
    });
    for (const { name } of capabilities.siren.supportedPatterns) {
      expect(await codeOf('start', { siren: { pattern: name } })).toBeUndefined();
    }
  });
});

describe('Start and stop', () => {
  it('run a profile, tell it with its time, and end it', async () => {
    expect(await dataOf('start', { profile: 'Doorbell' })).toEqual({
      lightId: expect.any(Number),
      sirenId: expect.any(Number),
    });
    const [light] = (await dataOf('getStatus'))?.['light'] as Record<string, unknown>[];
    expect(light).toMatchObject({ profile: 'Doorbell', lightId: expect.any(Number) });
    expect(await dataOf('stop', { profile: 'Doorbell' })).toEqual({});
    expect(await dataOf('getStatus')).toEqual({});
    expect(await codeOf('stop', { profile: 'Doorbell' })).toBe(1203);
    expect(await codeOf('stop', { profile: 'Nobody' })).toBe(1202);
    expect(await codeOf('start', { profile: 'Nobody' })).toBe(1202);
  });

  it('keep the conference room green, alarm in it, and bring the green back', async () => {
    const { lightId } = (await dataOf('start', { light: { ...green, priority: 1 } })) ?? {};
    const alarm = await dataOf('start', {
      light: { pattern: 'alternate', colors: ['Red', 'blue'], speed: '1', priority: '10' },
      siren: { pattern: 'ALARM horror', intensity: '5', duration: { unit: 'seconds', value: '60' } },
    });
    const status = await dataOf('getStatus');
    expect(status).toEqual({
      siren: [
        {
          sirenId: alarm?.['sirenId'],
          pattern: 'Alarm: Horror',
          intensity: 5,
          durationLeft: 60,
          priority: 3,
        },
      ],
      light: [
        {
          ...{ lightId: alarm?.['lightId'], pattern: 'Alternate', speed: 1, colors: ['red', 'blue'] },
          ...{ intensity: 2, priority: 10 },
        },
        { lightId, ...green, speed: 1, intensity: 2, priority: 1 },
      ],
    });
    expect(device.output.current.light).toMatchObject({ pattern: 'Alternate' });
    expect(
      await dataOf('stop', { lightId: String(alarm?.['lightId']), sirenId: alarm?.['sirenId'] }),
    ).toEqual({});
    expect(device.output.current.light).toMatchObject({ pattern: 'Steady' });
    expect(device.output.current.siren).toBeUndefined();
  });

  it('end all of the light or of the siren', async () => {
    await dataOf('start', { light: green, siren: { pattern: 'Siren: Evac' } });
    expect(await dataOf('stop', { all: ['siren'] })).toEqual({});
    expect(Object.keys((await dataOf('getStatus')) ?? {})).toEqual(['light']);
    expect(await dataOf('stop', { all: ['Siren', 'light'] })).toEqual({});
    expect(await dataOf('getStatus')).toEqual({});
    for (const all of [[], ['horn'], 'horn']) expect(await codeOf('stop', { all })).toBe(2210);
  });

  it('end one id and tell of the other that is not there', async () => {
    const { lightId } = (await dataOf('start', { light: green })) ?? {};
    expect(await codeOf('stop', { lightId, sirenId: lightId })).toBe(1203);
    expect(await dataOf('getStatus')).toEqual({});
    expect(await codeOf('stop', { lightId: 'one' })).toBe(2104);
    expect(await codeOf('stop')).toBe(2103);
  });

  it('refuse each wrong field by its own code, and start nothing', async () => {
    const siren = { pattern: 'Siren: Evac' };
    const wrong: [unknown, number][] = [
      [{}, 2103],
      [{ profile: 'Doorbell', light: green }, 2104],
      [{ siren: {} }, 2103],
      [{ siren: 'loud' }, 2104],
      [{ siren: { pattern: 'Moo' } }, 2200],
      [{ light: { pattern: 'Moo' } }, 2201],
      [{ siren: { ...siren, intensity: 6 } }, 2202],
      [{ light: { ...green, intensity: 0 } }, 2203],
      [{ siren: { ...siren, priority: 11 } }, 2204],
      [{ light: { ...green, priority: 'high' } }, 2205],
      [{ siren: { ...siren, duration: { unit: 'hours', value: 1 } } }, 2206],
      [{ light: { ...green, duration: { unit: 'years', value: 1 } } }, 2207],
      [{ siren: { ...siren, duration: 20 } }, 2208],
      [{ light: { ...green, duration: { unit: 'seconds', value: 259_201 } } }, 2209],
      [{ light: { pattern: 'Steady', colors: ['red', 'blue'] } }, 2211],
      [{ light: { pattern: 'Steady', colors: ['mauve'] } }, 2212],
      [{ light: { pattern: 'Rotate white +steady color', colors: ['white'] } }, 2212],
      [{ light: { ...green, speed: 9 } }, 2215],
      [{ light: { ...green, volume: 9 } }, 2104],
      [{ light: green, siren: { pattern: 'Moo' } }, 2200],
    ];
    for (const [params, code] of wrong)
      expect([params, await codeOf('start', params)]).toEqual([params, code]);
    expect(await dataOf('getStatus')).toEqual({});
  });
});

describe('Profiles', () => {
  it('are added, listed in the form they are added in, and removed', async () => {
    const siren = { pattern: 'Siren: Evac', intensity: 3, priority: 7 };
    const given = {
      name: 'Fire drill',
      siren,
      light: { ...green, duration: { unit: 'repetitions', value: 3 } },
    };
    expect(await codeOf('addProfile', given)).toBe(2208);
    const light = { ...green, speed: 1, intensity: 2 };
    expect(await dataOf('addProfile', { name: 'Fire drill', siren, light })).toEqual({});
    const profiles = (await dataOf('getProfiles'))?.['profiles'] as Record<string, unknown>[];
    const added = { name: 'Fire drill', description: '', siren, light: { ...light, priority: 7 } };
    expect(profiles.at(-1)).toEqual(added);
    expect(await codeOf('addProfile', added)).toBe(1202);
    expect(await dataOf('removeProfile', { name: 'Fire drill' })).toEqual({});
    expect(await codeOf('removeProfile', { name: 'Fire drill' })).toBe(1202);
    expect(await codeOf('removeProfile', {})).toBe(2103);
  });

  it('are refused by what is wrong with them', async () => {
    expect(await codeOf('addProfile', { light: green })).toBe(2103);
    expect(await codeOf('addProfile', { name: 'n'.repeat(51), light: green })).toBe(2213);
    expect(await codeOf('addProfile', { name: 'n', description: 'd'.repeat(251), light: green })).toBe(2214);
    expect(await codeOf('addProfile', { name: 'n' })).toBe(2103);
    for (let count = 6; count <= 30; count++) await dataOf('addProfile', { name: `n${count}`, light: green });
    expect(await codeOf('addProfile', { name: 'one more', light: green })).toBe(1201);
  });

  it('that rules run are not removed, and the rules are named', async () => {
    const { error } = await ask('removeProfile', { name: 'Evacuation' });
    expect(error).toMatchObject({ code: 1202 });
    expect(error?.message).toContain('rule');
  });

  it('are uploaded as they were exported: added, overwritten, or in the place of all', async () => {
    const file = JSON.stringify((await dataOf('getProfiles'))?.['profiles']);
    expect((await upload('add', file)).error?.code).toBe(1202);
    expect(await upload('overwrite', file)).toMatchObject({ method: 'uploadProfiles', data: {} });
    const lamp = { name: 'Lamp', light: green };
    expect((await upload('erase_and_add', JSON.stringify([lamp]))).error?.code).toBe(1202);
    expect((await upload('add', JSON.stringify([lamp]))).data).toEqual({});
    expect((await upload('erase_and_add', file)).data).toEqual({});
    const names = device.config.get('profiles').map(({ name }) => name);
    expect(names).not.toContain('Lamp');
  });

  it('are uploaded all or none, with the place of what is wrong', async () => {
    const before = device.config.get('profiles');
    const file = [
      { name: 'Lamp', light: green },
      { name: 'Horn', siren: { pattern: 'Moo' } },
    ];
    const { error } = await upload('add', JSON.stringify(file));
    expect(error?.code).toBe(2200);
    expect(error?.message).toContain('profiles[1].siren.pattern');
    expect((await upload('sideways', '[]')).error?.code).toBe(2104);
    expect((await upload('add', '{}')).error?.code).toBe(2101);
    expect((await upload('add', '{')).error?.code).toBe(2101);
    expect(await codeOf('uploadProfiles', { uploadMode: 'add' })).toBe(2103);
    const many = Array.from({ length: 10_000 }, (_, index) => ({ name: `n${index}`, light: green }));
    expect((await upload('add', JSON.stringify(many))).error?.code).toBe(1201);
    expect(device.config.get('profiles')).toBe(before);
  });

  it('in a form that is none, or too large, are told so', async () => {
    const type = 'multipart/form-data';
    expect((await send('{}', { 'content-type': type })).error?.code).toBe(2101);
    expect((await send('--x--\r\n', { 'content-type': `${type}; boundary=x` })).error?.code).toBe(2101);
    expect((await upload('add', ' '.repeat(1_100_000))).error?.message).toContain('larger than 1 MiB');
  });
});

describe('The device', () => {
  it('goes into maintenance mode and out of it, which no stop does', async () => {
    expect(await dataOf('setMaintenanceMode', { maintenanceMode: true, duration: '3600' })).toEqual({});
    const [light] = (await dataOf('getStatus'))?.['light'] as Record<string, unknown>[];
    expect(light).toMatchObject({ priority: 11, durationLeft: 3_600 });
    expect(await codeOf('stop', { lightId: light?.['lightId'] })).toBe(1203);
    expect(await dataOf('setMaintenanceMode', { maintenanceMode: false })).toEqual({});
    expect(await dataOf('getStatus')).toEqual({});
    expect(await codeOf('setMaintenanceMode', {})).toBe(2103);
    expect(await codeOf('setMaintenanceMode', { maintenanceMode: 'maybe' })).toBe(2104);
    expect(await codeOf('setMaintenanceMode', { maintenanceMode: true, duration: 0 })).toBe(2104);
  });

  it('checks itself and tells the last result', async () => {
    expect(await codeOf('getLastHealthCheck')).toBe(1200);
    expect(await dataOf('runHealthCheck')).toEqual({});
    const [light] = (await dataOf('getStatus'))?.['light'] as Record<string, unknown>[];
    expect(light).toMatchObject({ priority: 13 });
    // An alarm ends it.
    await dataOf('start', { profile: 'Doorbell' });
    expect(await dataOf('getLastHealthCheck')).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
      errors: [],
    });
  });
});
