import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountId, CallId } from '../../src/base/ids.js';
import type { AwaitedList } from '../support/awaited-list.js';
import { Mosquitto, type SeenMessage } from '../support/mosquitto.js';
import { TestDevice } from '../support/test-device.js';
import { until } from '../support/until.js';

const ADMINISTRATOR = { role: 'administrator', name: 'test' } as const;

type Entity = Record<string, unknown> & { platform: string; unique_id?: string };
type Discovery = {
  device: Record<string, unknown>;
  origin: Record<string, unknown>;
  availability: { topic: string; value_template: string }[];
  components: Record<string, Entity>;
};

/** What Home Assistant documents of each platform, beside what all have. */
const FIELDS: Record<string, readonly string[]> = {
  siren: ['available_tones', 'command_topic', 'state_topic', 'support_duration', 'support_volume_set'],
  light: [
    ...['schema', 'brightness', 'command_topic', 'state_topic', 'supported_color_modes'],
    ...['effect', 'effect_list'],
  ],
  switch: ['command_topic', 'state_topic'],
  sensor: ['state_topic', 'json_attributes_topic'],
  binary_sensor: ['state_topic', 'json_attributes_topic', 'device_class'],
  event: ['state_topic', 'event_types'],
  button: ['command_topic', 'payload_press'],
};
const FIELDS_OF_ALL = ['platform', 'unique_id', 'name', 'icon', 'entity_category'];

let broker: Mosquitto;
let device: TestDevice;
let seen: AwaitedList<SeenMessage>;

beforeEach(async () => {
  broker = await Mosquitto.start();
  seen = await broker.subscribe('#');
  device = await TestDevice.start({
    accounts: [{ id: 'pbx', name: 'PBX', mode: 'registered', userId: '1', registrar: '127.0.0.1:1' }],
  });
  await run('mqtt.update', {
    settings: {
      ...{ enabled: true, host: '127.0.0.1', port: broker.ports.tcp, deviceTopicPrefix: 'siren' },
      homeAssistant: { enabled: true },
    },
  });
  // The last of its subscriptions.
  await until('the device to listen', () => /homeassistant\/status[^]*Sending SUBACK/.test(broker.log));
});

afterEach(async () => {
  await device.close();
  await broker.close();
});

const run = (name: string, input: unknown) => device.device.control.run(name, input, ADMINISTRATOR);

/** The latest payload of an entity's topic that fits. */
const state = (entity: string, fits: (payload: string) => boolean = () => true) =>
  seen.first(
    `a state of ${entity}`,
    ({ topic, payload }) => topic === `siren/homeassistant/${entity}/state` && fits(payload),
  );

const discovery = async (fits: (payload: Discovery) => boolean = () => true): Promise<Discovery> => {
  const parsed = (payload: string) => JSON.parse(payload) as Discovery;
  const { payload } = await seen.first(
    'the discovery',
    (message) =>
      /^homeassistant\/device\/sipsiren_[0-9A-F]{12}\/config$/.test(message.topic) &&
      message.payload !== '' &&
      fits(parsed(message.payload)),
  );
  return parsed(payload);
};

const tell = (entity: string, payload: unknown, ...words: string[]) =>
  broker.publish(
    `siren/homeassistant/${entity}/set`,
    typeof payload === 'string' ? payload : JSON.stringify(payload),
    ...words,
  );

describe('Home Assistant', () => {
  it('discovers a device whose entities have only fields that it documents', async () => {
    const { device: about, origin, availability, components } = await discovery();
    expect(about).toMatchObject({
      identifiers: [expect.stringMatching(/^sipsiren_/)],
      name: expect.any(String),
    });
    expect(origin).toMatchObject({ name: 'sipsiren' });
    expect(availability).toEqual([
      {
        topic: 'siren/event/connection',
        value_template: "{{ 'online' if value == 'Connected' else 'offline' }}",
      },
    ]);
    for (const [key, entity] of Object.entries(components)) {
      const known = [...FIELDS_OF_ALL, ...(FIELDS[entity.platform] ?? [])];
      expect({ key, unknown: Object.keys(entity).filter((field) => !known.includes(field)) }).toEqual({
        key,
        unknown: [],
      });
    }
    const ids = Object.values(components).map((entity) => entity.unique_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(components)).toEqual(
      expect.arrayContaining([
        'siren',
        'light',
        'profile',
        'call',
        'caller',
        'registration_pbx',
        'alarm',
        'maintenance',
        'output_failing',
        'call_event',
        'dtmf_event',
        'stop',
      ]),
    );
    expect(components['siren']?.['available_tones']).toEqual(expect.arrayContaining(['Evacuation']));
    expect(components['light']?.['effect_list']).toHaveLength(23);
    const buttons = Object.values(components).filter(({ platform }) => platform === 'button');
    expect(buttons.map((button) => button['payload_press'])).toEqual(
      expect.arrayContaining(['STOP', 'Evacuation']),
    );
  });

  it('sounds the siren by a profile or a sound, for a time and as loud as it says, and stops it', async () => {
    await state('siren', (payload) => payload === '{"state":"OFF"}');
    await tell('siren', { state: 'ON', tone: 'Evacuation', duration: 60 });
    const on = await state('siren', (payload) => payload.includes('Evacuation'));
    expect(JSON.parse(on.payload)).toMatchObject({ state: 'ON', tone: 'Evacuation', duration: 60 });
    expect(on.qos).toBe(1);
    await state('profile', (payload) => payload === 'Evacuation');
    await state('alarm', (payload) => payload === 'ON');
    const { cause } = (await device.event('activity', ({ change }) => change === 'started')).event;
    expect(cause).toContain('MQTT');
    await tell('stop', 'STOP');
    await state('alarm', (payload) => payload === 'OFF');
    await tell('siren', { state: 'ON', tone: 'Alarm: Single beep', volume_level: 0.6 });
    const beep = await state('siren', (payload) => payload.includes('beep'));
    expect(JSON.parse(beep.payload)).toEqual({ state: 'ON', tone: 'Alarm: Single beep', volume_level: 0.6 });
    await tell('siren', { state: 'OFF' });
    await device.event('activity', ({ change, activityId }) => change === 'ended' && activityId === 3);
    expect(device.device.siren.hasAlarm).toBe(false);
  });

  it('sets the light: the pattern as its effect, the nearest colour and the brightness', async () => {
    await tell('light', { state: 'ON', effect: 'Steady', color: { r: 250, g: 120, b: 10 }, brightness: 255 });
    const amber = await state('light', (payload) => payload.includes('ON'));
    expect(JSON.parse(amber.payload)).toEqual({
      ...{ state: 'ON', color_mode: 'rgb', color: { r: 255, g: 126, b: 0 } },
      ...{ brightness: 255, effect: 'Steady' },
    });
    await tell('light', { state: 'ON', brightness: 100 });
    const dimmed = await state('light', (payload) => payload.includes('102'));
    expect(JSON.parse(dimmed.payload)).toMatchObject({ color: { r: 255, g: 126, b: 0 }, effect: 'Steady' });
    await tell('light', { state: 'OFF' });
    await device.event('activity', ({ change, cause }) => change === 'ended' && cause.includes('MQTT'));
  });

  it('tells of calls: as events, as a state, and who called last', async () => {
    const call = {
      ...{ callId: 'In-1' as CallId, direction: 'Incoming' as const, account: 'pbx' as AccountId },
      ...{ localUri: 'sip:1003@192.0.2.1', remoteUri: 'sip:guard@192.0.2.2' },
    };
    await discovery();
    device.device.bus.publish({ type: 'call.stateChange', reason: 'AcceptedByDevice', ...call });
    device.device.bus.publish({ type: 'call.dtmf', digit: '9', keys: '*9', method: 'rtp', ...call });
    const event = await state('call_event');
    expect(JSON.parse(event.payload)).toMatchObject({
      event_type: 'AcceptedByDevice',
      remoteUri: call.remoteUri,
    });
    expect(event.retain).toBe(false);
    expect(JSON.parse((await state('dtmf_event')).payload)).toMatchObject({ event_type: 'key', digit: '9' });
    expect((await state('caller')).payload).toBe('guard');
    const kept = await broker.subscribe('siren/homeassistant/+/state');
    await kept.first('the last caller', ({ topic, retain }) => topic.includes('/caller/') && retain);
    expect(kept.all.filter(({ topic }) => topic.includes('_event/'))).toEqual([]);
  });

  it('obeys no command that the broker had kept, and none that makes no sense', async () => {
    await discovery();
    await tell('siren', { state: 'ON' }, '-r');
    await device.event('activity', ({ change }) => change === 'started');
    await run('siren.stopAll', {});
    // The broker hands the kept command out again as soon as the device subscribes anew.
    await run('mqtt.disconnect', {});
    await run('mqtt.connect', {});
    await device.until('the second connect', () =>
      device.events('mqtt.connection').filter((event) => event.state === 'connected').length === 2
        ? true
        : undefined,
    );
    for (const nonsense of [
      '',
      'ON!',
      '{"state":',
      '{"state":"ON","tone":"no such"}',
      '{"state":"ON","duration":-1}',
      '[]',
    ]) {
      await tell('siren', nonsense);
      await tell('light', nonsense.replace(/tone|duration/, 'effect'));
    }
    await tell('profile', 'no such');
    await tell('maintenance', 'ON');
    await state('maintenance', (payload) => payload === 'ON');
    expect(device.device.siren.hasAlarm).toBe(false);
  });

  it('follows profiles that come and go, and forgets the device when it is turned off', async () => {
    await discovery();
    await run('profiles.create', { profile: { name: 'New', siren: { pattern: 'Alarm: Single beep' } } });
    const more = await discovery(({ components }) => JSON.stringify(components).includes('Start New'));
    const [key] = Object.entries(more.components).find(([, entity]) => entity['name'] === 'Start New') ?? [
      '?',
    ];
    await run('profiles.delete', { name: 'New' });
    const less = await discovery(({ components }) => Object.keys(components[key] ?? {}).length === 1);
    expect(less.components[key]).toEqual({ platform: 'button' });
    await run('mqtt.update', { settings: { homeAssistant: { enabled: false } } });
    await seen.first(
      'the end of the discovery',
      ({ topic, payload }) => topic.startsWith('homeassistant/device/') && payload === '',
    );
  });
});
