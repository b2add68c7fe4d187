import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StatusView } from '../../../src/control/status-view.js';
import { SipsirenDevice, SipsirenProcess } from '../../support/sipsiren-process.js';
import { TestDevice } from '../../support/test-device.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { until } from '../../support/until.js';
import { WireCall } from '../../support/wire-call.js';

let folder: string;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(sipPort?: number): Promise<SipsirenDevice> {
  const device = await SipsirenDevice.start({ folder, ...(sipPort !== undefined && { sipPort }) });
  closing.push(() => device.process.kill());
  return device;
}

async function lights(device: SipsirenDevice): Promise<StatusView['light']> {
  return ((await device.api('GET', '/status')).body as StatusView).light;
}

/** The file is written after the change, not with it. */
function stored(device: SipsirenDevice, text: string): Promise<true> {
  const path = join(device.folder, 'activities.json');
  return until(`"${text}" in the file of activities`, async () => {
    return (await readFile(path, 'utf8').catch(() => '')).includes(text);
  }).then(() => true);
}

describe('A device that is killed while an alarm sounds', () => {
  it('brings back what a person started, and not what a call held that is gone', async () => {
    const device = await start();
    expect((await device.api('POST', '/profiles/Intrusion/start')).status).toBe(200);
    const peer = await UdpPeer.open(device.sipPort);
    closing.push(() => peer.close());
    const call = new WireCall(peer, '1001');
    await call.invite();
    await call.final('INVITE');
    await call.ack();
    await until('the alarm of the call', async () =>
      (await lights(device)).some((activity) => activity.profile === 'Evacuation'),
    );
    await stored(device, 'Intrusion');
    const started = (await lights(device)).find(({ profile }) => profile === 'Intrusion')?.startedAt ?? 0;
    await device.process.kill();

    const again = await start(device.sipPort);
    const back = await lights(again);
    expect(back).toMatchObject([
      { profile: 'Intrusion', running: true, cause: expect.stringContaining('it goes on after a restart') },
    ]);
    // The time that passed counts: it began when it did, and lasts 300 seconds from then on.
    expect(Math.abs(back[0]!.startedAt - started)).toBeLessThan(100);
    expect(back[0]!.secondsLeft).toBeLessThanOrEqual(300);
    await again.api('POST', '/siren/stop');
  }, 30_000);

  it('stays in maintenance mode, and leaves it for good when that is turned off', async () => {
    const device = await start();
    expect(await device.api('PUT', '/maintenance', { active: true, seconds: 7_200 })).toMatchObject({
      status: 200,
      body: { active: true, secondsLeft: 7_200 },
    });
    await stored(device, 'Maintenance');
    await device.process.kill();
    const again = await start(device.sipPort);
    const { body } = await again.api('GET', '/maintenance');
    expect(body).toMatchObject({ active: true });
    expect((body as { secondsLeft: number }).secondsLeft).toBeLessThanOrEqual(7_200);
    expect(again.process.output.all.join('\n')).toContain('Maintenance mode is on');
    expect((await again.api('PUT', '/maintenance', { active: false })).body).toEqual({ active: false });
    expect(await again.stop()).toBe(0);
    const third = await start(device.sipPort);
    expect((await third.api('GET', '/maintenance')).body).toEqual({ active: false });
  }, 30_000);
});

describe('Maintenance mode', () => {
  it('is on at the first start, and sipsiren start says so', async () => {
    const program = new SipsirenProcess(['start', '--data', join(folder, 'new'), '--http-port', '0']);
    closing.push(() => program.kill());
    expect(await program.line(/Maintenance mode is on/)).toContain('alarms wait');
    expect(await program.line(/Turn it off/)).toContain('Maintenance');
  }, 30_000);

  it('lets an alarm wait unheard behind a white triangle, and sound when it is turned off', async () => {
    const siren = await TestDevice.start({ demo: false, http: true });
    closing.push(() => siren.close());
    const profile = { name: 'Fire', siren: { pattern: 'Siren: Evac' }, light: { pattern: 'Steady' } };
    expect((await siren.api('POST', '/profiles', profile)).status).toBe(201);
    expect((await siren.api('POST', '/profiles/Fire/start', undefined)).status).toBe(200);
    expect(siren.device.siren.show).toMatchObject({ light: { pattern: 'Maintenance' } });
    expect(siren.device.siren.show.siren).toBeUndefined();
    const { light } = siren.device.siren.status();
    expect(light).toMatchObject([
      { purpose: 'maintenance', priority: 11, running: true },
      { profile: 'Fire', running: false },
    ]);
    expect(await siren.api('DELETE', `/activities/${light[0]!.id}`, undefined)).toMatchObject({
      status: 409,
    });
    expect((await siren.api('POST', '/siren/stop', undefined)).status).toBe(200);
    expect(siren.device.siren.own('maintenance')).toBeDefined();
    await siren.api('POST', '/profiles/Fire/start', undefined);
    await siren.api('PUT', '/maintenance', { active: false });
    expect(siren.device.siren.show.siren?.pattern).toBe('Siren: Evac');
  });
});

describe('A device that identifies itself', () => {
  it('shows it for a minute, above maintenance, and lets the siren sound on', async () => {
    const siren = await TestDevice.start({ http: true });
    closing.push(() => siren.close());
    await siren.api('POST', '/profiles/Evacuation/start', undefined);
    expect(await siren.api('PUT', '/identify', { active: true })).toMatchObject({
      body: { active: true, secondsLeft: 60 },
    });
    expect(siren.device.siren.show).toMatchObject({
      light: { pattern: 'Identify', priority: 12 },
      siren: { pattern: 'Siren: Evac' },
    });
    expect((await siren.api('PUT', '/identify', { active: false })).body).toEqual({ active: false });
    expect(siren.device.siren.show.light?.pattern).toBe('Flash 1x');
    expect(await siren.api('PUT', '/identify', { active: false, seconds: 3 })).toMatchObject({ status: 422 });
    expect(await siren.api('PUT', '/maintenance', { active: true, seconds: 0 })).toMatchObject({
      status: 422,
    });
  });
});
