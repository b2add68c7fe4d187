import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AwaitedList } from '../support/awaited-list.js';
import { Mosquitto, type SeenMessage } from '../support/mosquitto.js';
import { TestDevice } from '../support/test-device.js';

const DOCUMENT = join(import.meta.dirname, '../../docs/outputs/mqtt.md');

let broker: Mosquitto;
let device: TestDevice;
let seen: AwaitedList<SeenMessage>;

const run = (name: string, input: unknown) =>
  device.device.control.run(name, input, { role: 'administrator', name: 'test' });

beforeEach(async () => {
  broker = await Mosquitto.start();
  seen = await broker.subscribe('lamp/#');
  device = await TestDevice.start();
  await run('mqtt.update', { settings: { enabled: true, host: '127.0.0.1', port: broker.ports.tcp } });
  await device.event('mqtt.connection', ({ state }) => state === 'connected');
});

afterEach(async () => {
  await device.close();
  await broker.close();
});

const addLamp = (settings: Record<string, unknown> = {}) =>
  run('outputs.create', {
    output: {
      ...{ id: 'lamp', kind: 'mqtt' },
      settings: {
        on: { topic: 'lamp/set', payload: '{"state":"{{state}}","color":"{{color}}","by":"{{profile}}"}' },
        off: { topic: 'lamp/set', payload: 'OFF' },
        ...settings,
      },
    },
  });

const start = (profile: string) =>
  device.device.siren.startProfile(profile, { owner: 'test', cause: 'a test' });
const said = (text: string) => seen.first(text, ({ payload }) => payload.includes(text));

describe('A lamp that listens to MQTT', () => {
  it('is lit and darkened with the alarm, by Mosquitto, and goes dark when the device stops', async () => {
    await addLamp({ shows: 'light', qos: 2, retain: true });
    start('Evacuation');
    const on = await said('Evacuation');
    expect(JSON.parse(on.payload)).toEqual({
      state: 'on',
      color: expect.stringMatching(/^[0-9a-f]{6}$/),
      by: 'Evacuation',
    });
    expect(on.qos).toBe(2);
    const before = seen.all.length;
    await device.device.close();
    await seen.until('the end', () => (seen.all.length > before ? true : undefined));
    expect(seen.all.at(-1)?.payload).toBe('OFF');
  });

  it('fails while the broker is away, and shows the alarm that goes on when it is back', async () => {
    await addLamp();
    await said('OFF');
    await broker.kill();
    await device.event('mqtt.connection', ({ state }) => state === 'waiting');
    start('Intrusion');
    const { error } = (
      await device.event('output.state', ({ state, output }) => state === 'failing' && output === 'lamp')
    ).event;
    expect(error).toMatch(/broker/i);
    expect(await run('outputs.test', { id: 'lamp' })).toMatchObject({ ok: false });
    start('Evacuation');
    await broker.restart();
    const again = await broker.subscribe('lamp/#');
    device.device.mqtt.reconnect();
    await again.first('the newest alarm', ({ payload }) => payload.includes('Evacuation'));
    expect(again.all.filter(({ payload }) => payload.includes('Intrusion'))).toEqual([]);
    await device.event('output.state', ({ state, output }) => state === 'ok' && output === 'lamp');
    expect(await run('outputs.test', { id: 'lamp' })).toMatchObject({ ok: true });
  });

  it('can be set up as the document says', async () => {
    const [, sample = ''] = /```json output\n([\s\S]*?)```/.exec(readFileSync(DOCUMENT, 'utf8')) ?? [];
    expect(await run('outputs.create', { output: JSON.parse(sample) as unknown })).toMatchObject({
      kind: 'mqtt',
    });
    await expect(addLamp({ on: { topic: 'lamp/#' } })).rejects.toThrow('without +, # and placeholders');
    await expect(addLamp({ on: { topic: 'a', payload: '{{secret}}' } })).rejects.toThrow('placeholder');
  });
});
