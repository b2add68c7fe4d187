import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Mosquitto } from '../support/mosquitto.js';
import { UnderAttack } from '../support/under-attack.js';
import { until } from '../support/until.js';
import { WireCall } from '../support/wire-call.js';

const MESSAGES = 10_000;
const BATCH = 500;

let attack: UnderAttack;
let broker: Mosquitto;
let stranger: MqttClient;

beforeEach(async () => {
  broker = await Mosquitto.start();
  attack = await UnderAttack.begin();
  const settings = {
    ...{ enabled: true, host: '127.0.0.1', port: broker.ports.tcp, deviceTopicPrefix: 'siren' },
    homeAssistant: { enabled: true },
    subscriptions: [
      { id: 'sensors', filter: 'sensors/#', type: 'stateful' },
      { id: 'door', filter: 'door', type: 'stateful' },
      { id: 'gas', filter: 'gas/+', type: 'stateful' },
    ],
  };
  const updated = await attack.device.api('PATCH', '/mqtt', settings);
  expect([updated.status, updated.body]).toEqual([200, expect.anything()]);
  const condition = { kind: 'mqtt.stateful', subscription: 'door', payload: 'open' };
  await rule('Door', condition);
  await rule('Gas', {
    kind: 'mqtt.stateful',
    subscription: 'gas',
    path: 'a.level',
    match: '>',
    payload: '5',
  });
  stranger = await connectAsync(`mqtt://127.0.0.1:${broker.ports.tcp}`, { reconnectPeriod: 0 });
  await until('the device to be connected', async () => {
    const { body } = await attack.device.api('GET', '/mqtt');
    return (body as { status: { state: string } }).status.state === 'connected';
  });
}, 20_000);

afterEach(async () => {
  await stranger.endAsync(true);
  await attack.close();
  await broker.close();
});

async function rule(name: string, condition: object): Promise<void> {
  const action = { kind: 'siren.profile', profile: 'Attention', run: 'whileActive' };
  const { status, body } = await attack.device.api('POST', '/rules', {
    name,
    conditions: [condition],
    actions: [action],
  });
  expect([status, status === 201 ? '' : body]).toEqual([201, '']);
}

/** Sends as much as the broker takes, and calls in between. */
async function flood(
  of: (index: number) => readonly [topic: string, payload: string | Buffer],
): Promise<void> {
  const caller = await attack.peerAt('127.0.0.4');
  for (let start = 0; start < MESSAGES; start += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, at) => of(start + at));
    const sent = batch.map(([topic, payload]) => stranger.publishAsync(topic, payload, { qos: 0 }));
    await Promise.all(sent);
    if (start % (4 * BATCH) !== 0) continue;
    const call = await WireCall.establish(caller, '1002');
    expect((await call.bye()).status).toBe(200);
    expect((await attack.device.api('GET', '/status')).status).toBe(200);
  }
}

/** What came before this has been worked through. */
async function heard(name: string, payload: string, topic = 'door'): Promise<void> {
  await until(`the rule ${name}`, async () => {
    // Said again as things do: a broker drops what its queue for a slow client has no room for.
    await stranger.publishAsync(topic, payload, { qos: 1, retain: true });
    const { body } = await attack.device.api('GET', '/rule-status');
    return (body as { name: string; active: boolean }[]).some((one) => one.name === name && one.active);
  });
}

describe('an alarm goes on, and new ones begin, while strangers at the broker', () => {
  it('tell of ever new things by which the memory fills', async () => {
    await heard('Gas', '{"a":{"level":7}}', 'gas/known');
    await stranger.publishAsync('gas/known', '{"a":{"level":1}}', { qos: 1 });
    await flood((index) => [`sensors/${index}/${'t'.repeat(500)}`, 'y'.repeat(8_000)]);
    // What nobody can push out: a thing of its own name, and another subscription.
    await heard('Door', 'open');
    await heard('Gas', `{"a":{"level":9,"more":"${'m'.repeat(10_000)}"}}`, 'gas/known');
    await attack.expectAlarm();
  }, 60_000);

  it('keep what is not theirs: discoveries, states and commands, retained', async () => {
    const topics = ['homeassistant/device/siren/config', 'siren/event/connection', 'homeassistant/status'];
    for (const entity of ['siren', 'light', 'profile', 'stop', 'maintenance']) {
      topics.push(`siren/homeassistant/${entity}/set`, `siren/homeassistant/${entity}/state`);
    }
    // The device is away: what comes while it listens is a command of somebody whom the broker lets give one.
    expect((await attack.device.api('PATCH', '/mqtt', { enabled: false })).status).toBe(200);
    for (const topic of topics) await stranger.publishAsync(topic, 'ON', { qos: 1, retain: true });
    expect((await attack.device.api('PATCH', '/mqtt', { enabled: true })).status).toBe(200);
    await heard('Door', 'open');
    await attack.expectAlarm();
  }, 30_000);
});
