import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StatusView } from '../../src/control/status-view.js';
import { SipsirenDevice } from '../support/sipsiren-process.js';
import { until } from '../support/until.js';

let folder: string;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<SipsirenDevice> {
  const device = await SipsirenDevice.start({ folder });
  closing.push(() => device.process.kill());
  return device;
}

async function shown(device: SipsirenDevice): Promise<string | undefined> {
  return ((await device.api('GET', '/status')).body as StatusView).light.find(({ running }) => running)
    ?.profile;
}

const whileMet = (name: string, condition: object, profile: string) => ({
  name,
  conditions: [condition],
  actions: [{ kind: 'siren.profile', profile, run: 'whileActive' }],
});

describe('A device that is killed', () => {
  it('has its virtual inputs active for the time that is left, its schedules as they are, and what follows from both', async () => {
    const device = await start();
    const always = {
      ...{ id: 'always', name: 'Always', kind: 'interval', recurrence: { repeat: 'daily' } },
      ...{ start: '2020-01-01T00:00', end: '2020-01-02T00:00' },
    };
    await device.api('POST', '/schedules', always);
    for (const rule of [
      whileMet('By schedule', { kind: 'schedule.active', schedule: 'always' }, 'Intrusion'),
      whileMet('By input', { kind: 'io.virtualInput', port: 5 }, 'Evacuation'),
    ]) {
      expect((await device.api('POST', '/rules', rule)).status).toBe(201);
    }
    expect(await shown(device)).toBe('Intrusion');
    await device.api('POST', '/virtual-inputs/5/activate', { duration: 900 });
    const { until: end } = (await device.api('GET', '/virtual-inputs/5')).body as { until: number };
    expect(await shown(device)).toBe('Evacuation');
    await until('the file', async () =>
      (await readFile(join(folder, 'virtual-inputs.json'), 'utf8').catch(() => '')).includes('"port": 5'),
    );
    await device.process.kill();

    const again = await start();
    const { body } = await again.api('GET', '/virtual-inputs/5');
    expect(body).toMatchObject({ active: true });
    expect(Math.abs((body as { until: number }).until - end)).toBeLessThan(2_000);
    expect(await shown(again)).toBe('Evacuation');
    await again.api('POST', '/virtual-inputs/5/deactivate');
    expect(await shown(again)).toBe('Intrusion');
    await again.api('PUT', '/schedules/always', { ...always, enabled: false });
    expect(await shown(again)).toBeUndefined();
  }, 30_000);
});
