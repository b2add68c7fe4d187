import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLog } from '../../../src/base/log.js';
import { SystemClock } from '../../../src/base/system-clock.js';
import { resetFolder } from '../../../src/cli/reset.js';
import { renderWav } from '../../../src/patterns/render-wav.js';
import { findSoundPattern } from '../../../src/patterns/sound/index.js';
import { TestDevice } from '../../support/test-device.js';

let folder: string;
let siren: TestDevice | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
});

afterEach(async () => {
  await siren?.close();
  siren = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** A device that somebody has set up, with an alarm on. */
async function usedDevice(): Promise<TestDevice> {
  siren = await TestDevice.start({ http: true, folder });
  const wav = await renderWav(findSoundPattern('Siren: Evac')!, { sampleRate: 8_000, intensity: 5 });
  await siren.device.sounds.own.put('bell', wav);
  await siren.device.announcements.put('hello', wav);
  await siren.api('POST', '/profiles/Intrusion/start');
  await siren.api('POST', '/profiles/Doorbell/start');
  await siren.api('POST', '/profiles/Doorbell/stop');
  return siren;
}

describe('The factory default', () => {
  it('makes the device as new while it runs, in maintenance mode', async () => {
    const { device, api } = await usedDevice().then((one) => ({
      device: one.device,
      api: one.api.bind(one),
    }));
    expect(await api('POST', '/factory-default', {})).toMatchObject({ status: 422 });
    expect(await api('POST', '/factory-default', { confirm: false })).toMatchObject({ status: 422 });
    expect(device.config.get('profiles')).toHaveLength(5);
    expect(await api('POST', '/factory-default', { confirm: true })).toMatchObject({ status: 204 });
    expect(device.config.get('profiles')).toEqual([]);
    expect(device.config.get('rules')).toEqual([]);
    expect(device.config.get('sip')).toMatchObject({ enabled: false, port: 5_060, addresses: [] });
    expect(device.config.get('certificates')).toHaveLength(1);
    expect(device.siren.status().light).toMatchObject([{ purpose: 'maintenance', running: true }]);
    expect(device.siren.status().light).toHaveLength(1);
    expect(device.alarms.list()).toEqual({ present: [], history: [] });
    expect([device.sounds.own.list(), await device.announcements.list()]).toEqual([[], []]);
  });

  it('by a restore leaves the ports and addresses as they are', async () => {
    const { device, api, sipPort } = await usedDevice().then((one) => ({
      device: one.device,
      api: one.api.bind(one),
      sipPort: one.sipPort,
    }));
    expect(await api('POST', '/restore', { confirm: true })).toMatchObject({ status: 204 });
    expect(device.config.get('profiles')).toEqual([]);
    expect(device.config.get('sip')).toMatchObject({
      enabled: false,
      port: sipPort,
      addresses: ['127.0.0.1'],
    });
  });

  it('of a folder takes what is the device’s, and nothing that is not', async () => {
    const { sipPort } = await usedDevice();
    await siren?.close();
    siren = undefined;
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const said: string[] = [];
    const wish = { folder, clock: new SystemClock(), log: silentLog };
    const reset = (keepsNetwork: boolean) =>
      resetFolder({ ...wish, keepsNetwork }, (line) => void said.push(line));
    expect(await reset(true)).toBe(0);
    const stored = readFileSync(join(folder, 'config.json'), 'utf8');
    expect(stored).toContain(String(sipPort));
    expect(stored).not.toContain('Intrusion');
    expect(readdirSync(folder).toSorted()).toEqual(['activities.json', 'config.json', 'notes.txt']);
    siren = await TestDevice.start({ folder, demo: false });
    expect(siren.device.siren.own('maintenance')).toBeDefined();
    await siren.close();
    siren = undefined;
    expect(await reset(false)).toBe(0);
    expect(readdirSync(folder)).toEqual(['notes.txt']);
    expect(await reset(false)).toBe(1);
    expect(said.at(-1)).toContain('no data folder');
    expect(existsSync(join(folder, 'notes.txt'))).toBe(true);
  });
});
