import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SipsirenDevice } from '../../support/sipsiren-process.js';
import { until } from '../../support/until.js';

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

interface Alarms {
  readonly present: readonly {
    readonly profile: string;
    readonly state: string;
    readonly acknowledged?: unknown;
  }[];
}

async function present(device: SipsirenDevice): Promise<Alarms['present']> {
  return ((await device.api('GET', '/alarms')).body as Alarms).present;
}

/** The file is written within a second of the last change. */
async function stored(file: string, text: string): Promise<void> {
  await until(`"${text}" in ${file}`, async () =>
    (await readFile(join(folder, file), 'utf8').catch(() => '')).includes(text),
  );
}

async function addProfiles(device: SipsirenDevice, afterSeconds: number): Promise<void> {
  const light = { pattern: 'Steady', colors: ['red'] };
  const escalation = { profile: 'Everybody', afterSeconds };
  for (const profile of [
    { name: 'Everybody', light, priority: 9 },
    { name: 'Guard', light, priority: 5, acknowledgement: { effect: 'note', escalation } },
  ]) {
    expect(await device.api('POST', '/profiles', profile)).toMatchObject({ status: 201 });
  }
}

describe('A device that is killed while an alarm waits to be acknowledged', () => {
  it('escalates when it is due, as if it had run all along', async () => {
    const device = await start();
    await addProfiles(device, 3);
    const startedAt = performance.now();
    await device.api('POST', '/profiles/Guard/start');
    await stored('alarms.json', 'Guard');
    await stored('activities.json', 'Guard');
    await device.process.kill();
    const again = await start();
    await until('the escalation', async () =>
      (await present(again)).some(({ profile }) => profile === 'Everybody'),
    );
    // Not three seconds after the restart, which took a while itself.
    expect(performance.now() - startedAt).toBeGreaterThan(2_900);
    expect((await present(again)).map(({ profile, state }) => [profile, state])).toEqual([
      ['Everybody', 'unasked'],
      ['Guard', 'unacknowledged'],
    ]);
  });

  it('knows who has acknowledged it, and does not escalate', async () => {
    const device = await start();
    await addProfiles(device, 60);
    await device.api('POST', '/profiles/Guard/start');
    const given = await device.api('POST', '/profiles/Guard/acknowledge', { by: 'Anna', note: 'On my way' });
    expect(given).toMatchObject({ status: 200, body: { acknowledged: [{ profile: 'Guard' }] } });
    await stored('alarms.json', 'On my way');
    await stored('activities.json', 'Guard');
    await device.process.kill();
    const again = await start();
    expect(await present(again)).toMatchObject([
      { profile: 'Guard', state: 'acknowledged', acknowledged: { note: 'On my way' } },
    ]);
  });
});
