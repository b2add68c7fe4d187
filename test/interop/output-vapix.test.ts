import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import type { ActivityId } from '../../src/base/ids.js';
import { OutputRunner } from '../../src/outputs/output-runner.js';
import { outputSchema } from '../../src/outputs/outputs-schema.js';
import type { ShownLight } from '../../src/outputs/show.js';
import { profileSchema } from '../../src/siren/profile.js';
import { Apache } from '../support/apache.js';
import { freePort } from '../support/free-port.js';
import { SipsirenDevice } from '../support/sipsiren-process.js';
import { TestDevice } from '../support/test-device.js';
import { UdpPeer } from '../support/udp-peer.js';
import { WireCall } from '../support/wire-call.js';

const LOGIN = { user: 'siren', password: 'let "me" in' };

let first: TestDevice;
let second: TestDevice;
let port: number;
const closing: { close(): Promise<void> | void }[] = [];

beforeEach(async () => {
  port = await freePort();
  [first, second] = await Promise.all([
    TestDevice.start({ http: true }),
    TestDevice.start({ http: true, httpPort: port }),
  ]);
});

afterEach(async () => {
  await first.close();
  for (const one of closing.splice(0).reverse()) await one.close();
  await second.close();
});

async function connect(settings: Record<string, unknown>): Promise<void> {
  const output = {
    id: 'other',
    name: 'Other siren',
    kind: 'vapix',
    settings: { checkSeconds: 1, ...settings },
  };
  expect(await first.api('POST', '/outputs', output)).toMatchObject({ status: 201 });
}

const direct = () => ({ address: `http://127.0.0.1:${port}` });

/** What the second one shows, once it shows that. */
const shown = (pattern: string | undefined) =>
  second.until(`the light ${pattern}`, () => {
    const light = second.device.output.current.light;
    return light?.pattern === pattern
      ? { light: { activityId: light?.activityId, startedAt: light?.startedAt, ...light } }
      : undefined;
  });

const state = async (wanted: 'ok' | 'failing', error = '') =>
  first.event('output.state', (event) => event.state === wanted && (event.error ?? '').includes(error));

describe('Another siren by its VAPIX interface', () => {
  it('falls silent by itself when the device that started it is killed', async () => {
    const killed = await SipsirenDevice.start();
    closing.push({ close: () => killed.remove() });
    const output = { id: 'other', kind: 'vapix', settings: { ...direct(), deadManSeconds: 10 } };
    expect(await killed.api('POST', '/outputs', output)).toMatchObject({ status: 201 });
    await killed.api('POST', '/profiles/Evacuation/start');
    await shown('Flash 1x');
    await killed.process.kill();
    for (const part of ['light', 'siren'] as const) {
      const { event } = await second.event(
        'activity',
        (one) => one.change === 'ended' && one.function === part,
      );
      expect(event.cause).toBe('its time is over');
    }
    expect(second.device.siren.status()).toEqual({ light: [], siren: [] });
  });

  it('shows and sounds the same for as long as the call lasts', async () => {
    await connect(direct());
    const peer = await UdpPeer.open(first.sipPort);
    closing.push(peer);
    const call = await WireCall.establish(peer, '1001');
    const { light } = await shown(first.device.output.current.light?.pattern);
    const { pattern, speed, colors, intensity, priority } = first.device.output.current.light!;
    expect(light).toMatchObject({ pattern, speed, colors, intensity, priority });
    expect(second.device.output.current.siren?.pattern).toBe(first.device.output.current.siren?.pattern);
    expect(second.device.siren.status().light[0]?.secondsLeft).toBeLessThanOrEqual(60);
    await call.bye();
    await shown(undefined);
    expect(second.device.output.current.siren).toBeUndefined();
  });

  it('has a profile of its own started, at its own settings', async () => {
    await second.device.config.update('profiles', (profiles) => [
      ...profiles,
      profileSchema.parse({ name: 'From next door', light: { pattern: 'Pulse', colors: ['blue'] } }),
    ]);
    await connect({ ...direct(), send: 'profile', profile: 'From next door' });
    await first.api('POST', '/profiles/Evacuation/start');
    await shown('Pulse');
    expect(second.device.siren.status().siren).toEqual([]);
    await first.api('POST', '/profiles/Evacuation/stop');
    await shown(undefined);
  });

  it('is left as it is by what others run there, and goes on below them', async () => {
    await second.api('POST', '/activities', { light: { pattern: 'Pulse', colors: ['blue'] }, priority: 10 });
    await connect({ ...direct(), priority: 2 });
    await first.api('POST', '/profiles/Evacuation/start');
    await second.until('both', () => (second.device.siren.status().light.length === 2 ? true : undefined));
    expect(second.device.siren.status().light.map(({ priority }) => priority)).toEqual([10, 2]);
    await first.api('POST', '/siren/stop');
    await second.until('one', () => (second.device.siren.status().light.length === 1 ? true : undefined));
    expect(second.device.output.current.light?.pattern).toBe('Pulse');
  });

  it('is started again when somebody stops it, and when it was restarted in the middle of the alarm', async () => {
    await connect(direct());
    await first.api('POST', '/profiles/Evacuation/start');
    await shown(first.device.output.current.light?.pattern);
    await second.api('POST', '/siren/stop');
    await shown(undefined);
    await shown(first.device.output.current.light?.pattern);
    await second.close();
    await state('failing', 'cannot be reached');
    second = await TestDevice.start({ http: true, httpPort: port });
    // Ids begin anew there: what has ours is not taken for it.
    await second.api('POST', '/activities', { light: { pattern: 'Pulse', colors: ['blue'] }, priority: 1 });
    await shown(first.device.output.current.light?.pattern);
    await first.api('POST', '/siren/stop');
    await shown('Pulse');
  });

  it('is renewed in its rhythm, and left dark and silent when the device stops', async () => {
    await connect({ ...direct(), deadManSeconds: 10 });
    await first.api('POST', '/profiles/Evacuation/start');
    const { light } = await shown(first.device.output.current.light?.pattern);
    const starts = () => second.events('activity').filter(({ change }) => change === 'started').length;
    const before = starts();
    await second.until('that it is renewed', () => (starts() > before ? true : undefined));
    expect(second.device.output.current.light).toMatchObject({
      activityId: light.activityId,
      startedAt: light.startedAt,
    });
    await first.device.close();
    await shown(undefined);
  });

  it('is given no more time than it may go on alone', async () => {
    const runner = new OutputRunner({ clock: new SystemClock(), log: silentLog, drivers: [] });
    closing.push({ close: () => runner.close().catch(() => undefined) });
    const settings = { ...direct(), deadManSeconds: 10 };
    runner.apply([outputSchema.parse({ id: 'other', kind: 'vapix', settings })]);
    const light: ShownLight = {
      ...{ activityId: 1 as ActivityId, priority: 5, pattern: 'Steady', speed: 1, intensity: 4 },
      ...{ colors: ['amber'], startedAt: 0 },
    };
    runner.show({ light });
    await shown('Steady');
    expect(second.device.siren.status().light[0]?.secondsLeft).toBeLessThanOrEqual(10);
  });
});

describe('A siren behind a server that asks for a password', () => {
  it.each(['Digest', 'Basic'] as const)(
    'takes the alarm by %s, and keeps it while the server dies',
    async (scheme) => {
      const apache = await Apache.start({ upstream: port, ...LOGIN, scheme });
      closing.push(apache);
      await connect({ address: apache.address, ...LOGIN });
      await first.api('POST', '/profiles/Evacuation/start');
      const { light } = await shown(first.device.output.current.light?.pattern);
      await apache.kill();
      await state('failing', 'cannot be reached');
      await apache.restart();
      await state('ok');
      expect(second.device.output.current.light?.activityId).toBe(light.activityId);
      await first.api('POST', '/siren/stop');
      await shown(undefined);
    },
  );

  it('says that it does not take the password, and keeps it to itself', async () => {
    const apache = await Apache.start({ upstream: port, ...LOGIN });
    closing.push(apache);
    await connect({ address: apache.address, user: 'siren', password: 'wrong' });
    await state('failing', 'does not accept the user name or the password');
    const { body } = await first.api('GET', '/outputs/other');
    expect(JSON.stringify(body)).not.toContain('wrong');
    expect(body).toMatchObject({ settings: { hasPassword: true } });
    const answer = await first.api('POST', '/outputs/other/test');
    expect(answer).toMatchObject({ status: 200, body: { ok: false } });
  });

  it('that is none is told so', async () => {
    const other = createServer((_request, response) => response.end('<html>A camera</html>'));
    closing.push({ close: () => void other.close() });
    await once(other.listen(0, '127.0.0.1'), 'listening');
    await connect({ address: `http://127.0.0.1:${(other.address() as AddressInfo).port}` });
    await state('failing', 'no siren with VAPIX: "<html>A camera');
  });
});

describe('curl', () => {
  const curl = async (...args: string[]): Promise<unknown> => {
    const { stdout } = await promisify(execFile)('curl', ['--silent', '--show-error', '--fail', ...args]);
    return JSON.parse(stdout) as unknown;
  };

  it('starts and stops by digest, with its own type of body, and uploads what it has exported', async () => {
    const apache = await Apache.start({ upstream: port, ...LOGIN });
    closing.push(apache);
    const login = ['--digest', '--user', `${LOGIN.user}:${LOGIN.password}`];
    const address = `${apache.address}/axis-cgi/siren_and_light.cgi`;
    const ask = (method: string, params: object) =>
      curl(...login, '-X', 'POST', '-d', JSON.stringify({ apiVersion: '1.0', method, params }), address);
    expect(await ask('start', { profile: 'Evacuation' })).toMatchObject({ data: { lightId: 1, sirenId: 2 } });
    expect(await ask('stop', { all: ['siren', 'light'] })).toMatchObject({ method: 'stop', data: {} });
    const { data } = (await ask('getProfiles', {})) as { data: { profiles: unknown } };
    const folder = mkdtempSync(join(tmpdir(), 'sipsiren-curl-'));
    closing.push({ close: () => rmSync(folder, { recursive: true }) });
    writeFileSync(join(folder, 'exported.json'), JSON.stringify(data.profiles));
    const request = JSON.stringify({
      ...{ apiVersion: '1.0', method: 'uploadProfiles', params: { uploadMode: 'overwrite' } },
    });
    const form = [
      '-F',
      `request=${request};type=application/json`,
      '-F',
      `file=@${join(folder, 'exported.json')};filename=profiles`,
    ];
    expect(await curl(...login, ...form, address)).toMatchObject({ method: 'uploadProfiles', data: {} });
  });
});
