import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { silentLog } from '../base/log.js';
import { mqttSettingsSchema } from '../control/mqtt-settings.js';
import type { DeviceEvent } from '../events/device-event.js';
import { EventBus } from '../events/event-bus.js';
import { Subscriptions } from './subscriptions.js';
import { mqttFilterCovers } from './topic-match.js';

let events: DeviceEvent[];
let subscriptions: Subscriptions;

beforeEach(() => {
  const bus = new EventBus({ clock: new FakeClock(), log: silentLog });
  events = [];
  bus.subscribe(({ event }) => events.push(event));
  subscriptions = new Subscriptions({ bus, log: silentLog, now: () => 5 });
});

const apply = (...wanted: object[]) =>
  subscriptions.apply(mqttSettingsSchema.parse({ subscriptions: wanted }), 'siren');

const receive = (topic: string, payload: string | Uint8Array, retained = false) =>
  subscriptions.receive({ topic, payload: Buffer.from(payload), retained });

describe('a filter of MQTT', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a', false],
    ['a/+', 'a/b/c', false],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['#', 'a/b', true],
    ['+/+', '/b', true],
    ['#', '$SYS/broker', false],
    ['$SYS/#', '$SYS/broker', true],
    ['a/b', 'a/B', false],
  ])('%s covers %s: %s', (filter, topic, covers) => {
    expect(mqttFilterCovers(filter, topic)).toBe(covers);
  });
});

describe('subscriptions', () => {
  it('make an event of each message, or a state of each topic, or both', () => {
    apply(
      { id: 'events', filter: 'a/#', qos: 1 },
      { id: 'states', filter: 'a/+', type: 'stateful', qos: 2 },
      { id: 'own', filter: 'a/b', type: 'stateful', useDeviceTopicPrefix: true },
    );
    expect(subscriptions.filters).toEqual([
      { filter: 'a/#', qos: 1 },
      { filter: 'a/+', qos: 2 },
      { filter: 'siren/a/b', qos: 0 },
    ]);
    receive('a/b', 'On', true);
    receive('siren/a/b', 'Off');
    receive('else', 'x');
    expect(events).toEqual([
      { type: 'mqtt.message', subscription: 'events', topic: 'a/b', payload: 'On', retained: true },
      { type: 'mqtt.state', subscription: 'states', topic: 'a/b', payload: 'On' },
      { type: 'mqtt.state', subscription: 'own', topic: 'siren/a/b', payload: 'Off' },
    ]);
    expect(subscriptions.topics.map(({ subscription }) => subscription)).toEqual(['states', 'own']);
  });

  it('forget what they cover no longer', () => {
    apply({ id: 'states', filter: 'a/+', type: 'stateful' });
    receive('a/b', '1');
    receive('a/c', '2');
    apply({ id: 'states', filter: 'a/b', type: 'stateful' });
    expect(events.at(-1)).toMatchObject({ topic: 'a/c', isGone: true });
    apply({ id: 'states', filter: 'a/b', type: 'stateless' });
    expect(events.at(-1)).toMatchObject({ topic: 'a/b', isGone: true });
    expect(subscriptions.topics).toEqual([]);
  });

  it('remember so many topics and so much of a payload, and what is known goes on changing', () => {
    apply({ id: 'states', filter: '#', type: 'stateful' });
    for (let count = 0; count < 1_100; count++) receive(`t/${count}`, 'x');
    expect(subscriptions.topics).toHaveLength(1_000);
    receive('t/0', 'y');
    expect(events.at(-1)).toMatchObject({ topic: 't/0', payload: 'y' });
    receive('t/1', 'z'.repeat(200_000));
    expect(events.at(-1)).toMatchObject({ topic: 't/1', payload: 'z'.repeat(16_384) });
    receive('t/2', Buffer.from([0xff, 0xfe, 0x41]));
    expect(events.at(-1)).toMatchObject({ payload: '\ufffd\ufffdA' });
  });
});

describe('a subscription that others fill', () => {
  it('keeps nothing from being heard by another one, nor the first things of its own', () => {
    apply(
      { id: 'sensors', filter: 'sensors/#', type: 'stateful' },
      { id: 'door', filter: 'door', type: 'stateful' },
    );
    receive('sensors/first', 'closed');
    for (let index = 0; index < 1_500; index++) receive(`sensors/${index}`, 'x'.repeat(16_000));
    expect(subscriptions.topics.length).toBeLessThanOrEqual(1_000);
    events.length = 0;
    receive('door', 'open');
    receive('sensors/first', 'wide open');
    expect(events).toMatchObject([
      { subscription: 'door', payload: 'open' },
      { subscription: 'sensors', topic: 'sensors/first', payload: 'wide open' },
    ]);
  });
});
