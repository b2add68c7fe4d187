import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SipsirenDevice } from '../../support/sipsiren-process.js';
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

const isOn = async (device: SipsirenDevice) =>
  ((await device.api('GET', '/maintenance')).body as { active: boolean }).active;

const kept = async () => readFile(join(folder, 'lasting-actions.json'), 'utf8').catch(() => '');

const rule = (condition: object) => ({
  id: 'work',
  name: 'Work',
  conditions: [condition],
  actions: [{ kind: 'siren.maintenance', run: 'whileActive' }],
});

describe('A device that is killed while a rule holds something', () => {
  it('lets go of it where the call that moved the rule is gone', async () => {
    const device = await start();
    const condition = { kind: 'call.state', state: 'Active', localUri: '1005' };
    expect(await device.api('POST', '/rules', rule(condition))).toMatchObject({ status: 201 });
    const peer = await UdpPeer.open(device.sipPort);
    closing.push(() => peer.close());
    await WireCall.establish(peer, '1005');
    await until('maintenance mode', () => isOn(device));
    await until('what the rule holds on the disk', async () => (await kept()).includes('rule:work:0'));
    await until('the activity on the disk', async () =>
      (await readFile(join(folder, 'activities.json'), 'utf8').catch(() => '')).includes('Maintenance'),
    );
    await device.process.kill();

    const again = await start(device.sipPort);
    expect(await isOn(again)).toBe(false);
    await until('nothing held on the disk', async () => !(await kept()).includes('rule:work:0'));
  }, 30_000);

  it('lets go of it, and of nothing else, where the changed rule runs an alarm in its place', async () => {
    const device = await start();
    const held = rule({ kind: 'call.state', state: 'Active', invert: true });
    expect(await device.api('POST', '/rules', held)).toMatchObject({ status: 201 });
    await until('what the rule holds on the disk', async () => (await kept()).includes('rule:work:0'));
    await until('the activity on the disk', async () =>
      (await readFile(join(folder, 'activities.json'), 'utf8').catch(() => '')).includes('rule:work:0'),
    );
    const actions = [{ kind: 'siren.profile', profile: 'Evacuation', run: 'whileActive' }];
    expect(await device.api('PUT', '/rules/work', { ...held, actions })).toMatchObject({ status: 200 });
    await device.process.kill();

    const again = await start(device.sipPort);
    expect(await isOn(again)).toBe(false);
    const { body } = await again.api('GET', '/status');
    expect(JSON.stringify(body)).toContain('"profile":"Evacuation"');
  }, 30_000);

  it('goes on holding it where the rule is active again, until the rule is deleted', async () => {
    const device = await start();
    const condition = { kind: 'call.state', state: 'Active', invert: true };
    expect(await device.api('POST', '/rules', rule(condition))).toMatchObject({ status: 201 });
    await until('what the rule holds on the disk', async () => (await kept()).includes('rule:work:0'));
    await device.process.kill();

    const again = await start(device.sipPort);
    expect(await isOn(again)).toBe(true);
    expect(await again.api('DELETE', '/rules/work')).toMatchObject({ status: 204 });
    await until('maintenance mode to end', async () => !(await isOn(again)));
    await until('nothing held on the disk', async () => !(await kept()).includes('rule:work:0'));
  }, 30_000);

  it('undoes also what began right before, after other things had changed', async () => {
    const device = await start();
    const condition = { kind: 'call.state', state: 'Active' };
    const held = (port: number) => ({
      id: `hold-${port}`,
      name: `Hold ${port}`,
      conditions: [{ ...condition, localUri: `10${port}` }],
      actions: [{ kind: 'io.virtualInput', port, run: 'whileActive' }],
    });
    const ports = [11, 12, 13, 14];
    for (const port of ports)
      expect(await device.api('POST', '/rules', held(port))).toMatchObject({ status: 201 });
    const peer = await UdpPeer.open(device.sipPort);
    closing.push(() => peer.close());
    for (const port of ports) {
      await WireCall.establish(peer, `10${port}`);
      await until(`what rule ${port} holds on the disk at once`, async () =>
        (await kept()).includes(`rule:hold-${port}:0`),
      );
    }
    await device.process.kill();

    const again = await start(device.sipPort);
    const active = async () =>
      ((await again.api('GET', '/virtual-inputs')).body as { port: number; active: boolean }[])
        .filter((input) => input.active)
        .map(({ port }) => port);
    await until('everything to be undone', async () => (await active()).length === 0);
    await until('nothing held on the disk', async () => !(await kept()).includes('rule:hold'));
  }, 30_000);
});
