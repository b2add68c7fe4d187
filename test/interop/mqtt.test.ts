import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { MqttView } from '../../src/control/mqtt-view.js';
import { testAuthority, testCertificate } from '../support/certificates.js';
import { Mosquitto, type MosquittoOptions } from '../support/mosquitto.js';
import { SipsirenDevice } from '../support/sipsiren-process.js';
import { TestDevice, type TestDeviceOptions } from '../support/test-device.js';
import { Tinyproxy } from '../support/tinyproxy.js';
import { until } from '../support/until.js';

const ADMINISTRATOR = { role: 'administrator', name: 'test' } as const;

let broker: Mosquitto | undefined;
let device: TestDevice | undefined;

afterEach(async () => {
  await device?.close();
  await broker?.close();
  device = undefined;
  broker = undefined;
});

const startBroker = async (options?: MosquittoOptions) => (broker = await Mosquitto.start(options));
const startDevice = async (options: TestDeviceOptions = {}) => (device = await TestDevice.start(options));

const change = async (test: TestDevice, settings: Record<string, unknown>): Promise<MqttView> =>
  (await test.device.control.run('mqtt.update', { settings }, ADMINISTRATOR)) as MqttView;

const connected = (test: TestDevice, count = 1) =>
  test.until(`connection ${count} with the broker`, () =>
    test.events('mqtt.connection').filter(({ state }) => state === 'connected').length >= count
      ? true
      : undefined,
  );

const failures = (test: TestDevice) =>
  test.events('mqtt.connection').filter(({ state }) => state === 'failed');

const connect = async (test: TestDevice, { ports }: Mosquitto, settings: Record<string, unknown> = {}) => {
  await change(test, {
    enabled: true,
    host: '127.0.0.1',
    port: ports.tcp,
    deviceTopicPrefix: 'siren',
    clientId: 'Siren 1',
    ...settings,
  });
  await connected(test);
};

describe('The MQTT client', () => {
  it.each(['tcp', 'ssl', 'ws', 'wss'] as const)(
    'speaks %s with Mosquitto, in both versions of MQTT, as the test of the settings does',
    async (protocol) => {
      const certificate = await testCertificate({ ip: ['127.0.0.1'] });
      const mosquitto = await startBroker({ protocols: ['ssl', 'ws', 'wss'], certificate });
      const test = await startDevice({ authorities: [(await testAuthority()).certificate] });
      const seen = await mosquitto.subscribe('siren/#');
      let count = 0;
      for (const version of ['3.1.1', '5']) {
        await connect(test, mosquitto, { protocol, port: mosquitto.ports[protocol], version });
        await connected(test, ++count);
        test.device.mqtt.publish({
          topic: `hello/${version}`,
          payload: 'there',
          qos: 2,
          retain: false,
          useDeviceTopicPrefix: true,
        });
        await seen.first('the message', ({ topic, qos }) => topic === `siren/hello/${version}` && qos === 2);
        const report = await test.device.mqtt.test(test.device.config.get('mqtt'));
        expect(report).toMatchObject({ ok: true });
        expect(report.steps.join('\n')).toContain('The broker lets the device in.');
      }
    },
  );
});

describe('What a broker refuses', () => {
  it('is told in words: the login, and what a person can do about it', async () => {
    const mosquitto = await startBroker({ users: { siren: 'right' } });
    const test = await startDevice();
    for (const [index, version] of ['3.1.1', '5'].entries()) {
      await change(test, {
        ...{ enabled: true, host: '127.0.0.1', port: mosquitto.ports.tcp, version },
        ...{ username: 'siren', password: 'wrong', reconnectAutomatically: false },
      });
      await test.until('the refusal', () => failures(test)[index]);
      const { error } = test.device.mqtt.status();
      expect(error).toMatch(
        /^The broker refuses: this client is not allowed; check the user name and the password/,
      );
      await change(test, { enabled: false });
    }
    await change(test, { enabled: true, password: 'right' });
    await connected(test);
    const { hasPassword, status, ...view } = await change(test, {});
    expect({ hasPassword, state: status.state }).toEqual({ hasPassword: true, state: 'connected' });
    expect(JSON.stringify(view)).not.toContain('right');
  });

  it('is told of certificates: an unknown authority, another name, one of ours that is asked for', async () => {
    const { certificate: authority } = await testAuthority();
    const mosquitto = await startBroker({
      protocols: ['ssl', 'wss'],
      certificate: await testCertificate({ dns: ['broker.example.com'] }),
      clientAuthority: authority,
    });
    const test = await startDevice();
    const tried = (settings: Record<string, unknown>) =>
      test.device.control.run('mqtt.test', { settings: { host: '127.0.0.1', ...settings } }, ADMINISTRATOR);
    const ssl = { protocol: 'ssl', port: mosquitto.ports.ssl };
    expect(await tried(ssl)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/The certificate of 127.0.0.1 is not trusted: its authority is not known/),
    });
    await device?.close();
    const trusting = await startDevice({ authorities: [authority] });
    const own = await testCertificate({ dns: ['siren.example.com'] });
    const { id: clientCertificate } = (await trusting.device.control.run(
      'certificates.add',
      { certificate: { name: 'MQTT', certificate: own.certificate, privateKey: own.privateKey } },
      ADMINISTRATOR,
    )) as { id: string };
    const again = (settings: Record<string, unknown>) =>
      trusting.device.control.run(
        'mqtt.test',
        { settings: { host: '127.0.0.1', ...settings } },
        ADMINISTRATOR,
      );
    expect(await again({ protocol: 'wss', port: mosquitto.ports.wss })).toMatchObject({
      error: expect.stringMatching(/is not trusted: it is for another name/),
    });
    expect(await again({ ...ssl, checkCertificate: false })).toMatchObject({ ok: false });
    expect(await again({ ...ssl, checkCertificate: false, clientCertificate })).toMatchObject({
      ok: true,
    });
    expect(await again({ ...ssl, host: 'nowhere.invalid' })).toMatchObject({
      error: expect.stringMatching(/nowhere.invalid.*the name is not known|DNS/),
    });
    expect(await again({ port: 1, protocol: 'tcp' })).toMatchObject({
      error: expect.stringMatching(/nobody listens there/),
    });
    expect(await again({ ...ssl, protocol: 'tcp' })).toMatchObject({ ok: false });
    expect(await again({ protocol: 'ssl', port: mosquitto.ports.tcp })).toMatchObject({ ok: false });
  });
});

describe('Events that are published', () => {
  it('have the topics and payloads of the manual’s device, and states are retained', async () => {
    const mosquitto = await startBroker();
    const test = await startDevice();
    const seen = await mosquitto.subscribe('siren/event/#');
    // What was so before the client was turned on is told too.
    test.device.bus.publish({ type: 'input.virtual', input: 9, name: '', active: true });
    await connect(test, mosquitto, {
      publication: {
        events: [
          { filter: 'tnsaxis:Call//.', qos: 1 },
          { filter: '//.', qos: 2, retain: 'property' },
        ],
      },
    });
    await seen.first(
      'the connect message',
      ({ topic, payload }) => topic === 'siren/event/connection' && payload === 'Connected',
    );
    await seen.first('the earlier state', ({ topic }) => topic.endsWith('VirtualInput/$source/port/9'));
    test.device.bus.publish({ type: 'input.virtual', input: 3, name: 'Gate', active: true });
    const message = await seen.first('the input', ({ topic }) =>
      topic.endsWith('VirtualInput/$source/port/3'),
    );
    expect(message).toMatchObject({
      topic: 'siren/event/tns:onvif/Device/tns:axis/IO/VirtualInput/$source/port/3',
      qos: 2,
    });
    expect(JSON.parse(message.payload)).toEqual({
      serial: expect.stringMatching(/^[0-9A-F]{12}$/),
      timestamp: expect.any(Number),
      topic: 'onvif:Device/axis:IO/VirtualInput',
      message: { source: { port: '3' }, key: {}, data: { active: '1', name: 'Gate' } },
    });
    const later = await mosquitto.subscribe('siren/event/#');
    await later.first('the retained state', ({ topic, retain }) => topic.endsWith('port/3') && retain);
    await change(test, {
      publication: {
        includeNamespaces: false,
        includeSerialNumber: false,
        useDefaultTopicPrefix: false,
        customTopicPrefix: 'else',
      },
    });
    const elsewhere = await mosquitto.subscribe('else/#');
    test.device.bus.publish({ type: 'input.virtual', input: 3, name: 'Gate', active: false });
    const plain = await elsewhere.first('the input', ({ topic }) => topic.endsWith('port/3'));
    expect(plain.topic).toBe('else/Device/IO/VirtualInput/$source/port/3');
    expect(JSON.parse(plain.payload)).not.toHaveProperty('serial');
  });

  it('tell that what a crash left retained is so no longer, and take back what is deleted', async () => {
    const mosquitto = await startBroker();
    const rest = 'siren/event/tns:sipsiren/Rule/State/$source/Rule/drill';
    const call = 'siren/event/tns:axis/Call/State/$source/Source/StrobeSiren';
    await mosquitto.publish(rest, '{"message":{"data":{"Active":"1"}}}', '-r');
    await mosquitto.publish(call, '{"message":{"data":{"CallState":"Active"}}}', '-r');
    const folder = mkdtempSync(join(tmpdir(), 'sipsiren-mqtt-'));
    let test = await startDevice({ folder });
    await test.device.control.run(
      'manualTriggers.create',
      { item: { id: 'drill', name: 'Drill' } },
      ADMINISTRATOR,
    );
    const rule = {
      id: 'drill',
      name: 'Drill',
      conditions: [{ kind: 'io.manualTrigger', manualTrigger: 'drill' }],
      actions: [{ kind: 'log.write', text: 'Drill' }],
    };
    await test.device.control.run('rules.create', { rule }, ADMINISTRATOR);
    await change(test, {
      host: '127.0.0.1',
      port: mosquitto.ports.tcp,
      deviceTopicPrefix: 'siren',
      enabled: true,
      publication: { events: [{ filter: '//.', retain: 'property' }] },
    });
    await test.close();
    test = await startDevice({ folder });
    const seen = await mosquitto.subscribe('siren/event/#');
    await seen.first(
      'the rule at rest',
      ({ topic, payload }) => topic === rest && payload.includes('"Active":"0"'),
    );
    await seen.first(
      'no call',
      ({ topic, payload }) => topic === call && payload.includes('"CallState":"Idle"'),
    );
    const trigger = 'siren/event/tns:onvif/Device/tns:axis/IO/VirtualPort/$source/port/drill';
    await seen.first('the trigger', ({ topic }) => topic === trigger);
    await test.device.control.run('rules.delete', { id: 'drill' }, ADMINISTRATOR);
    await test.device.control.run('manualTriggers.delete', { id: 'drill' }, ADMINISTRATOR);
    for (const gone of [rest, trigger]) {
      await seen.first('what is taken back', ({ topic, payload }) => topic === gone && payload === '');
    }
    const later = await mosquitto.subscribe('siren/event/#');
    await later.first('what is retained', ({ topic }) => topic === call);
    expect(later.all.map(({ topic }) => topic)).not.toContain(trigger);
    await test.close();
    device = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  it('wait while the broker is away, the states only with their latest, and an alarm goes on', async () => {
    const mosquitto = await startBroker();
    const test = await startDevice();
    await connect(test, mosquitto, {
      publication: { events: [{ filter: '//.', qos: 1, retain: 'property' }] },
    });
    test.device.siren.startProfile('Evacuation', { owner: 'test', cause: 'a test' });
    await mosquitto.kill();
    await test.event('mqtt.connection', ({ state }) => state === 'waiting');
    expect(test.device.siren.hasAlarm).toBe(true);
    for (let count = 1; count <= 20; count++) {
      test.device.bus.publish({ type: 'input.virtual', input: 1, name: '', active: count % 2 === 0 });
      test.device.bus.publish({ type: 'pulse', schedule: `pulse-${count}`, name: '' });
    }
    test.device.siren.stopAll({ cause: 'a test' });
    const { waiting, dropped } = test.device.mqtt.status();
    expect(dropped).toBe(0);
    expect(waiting.messages).toBeGreaterThan(20);
    expect(waiting.messages).toBeLessThan(40);
    await mosquitto.restart();
    const seen = await mosquitto.subscribe('siren/event/#');
    test.device.mqtt.reconnect();
    await connected(test, 2);
    await seen.first(
      'the end of the alarm',
      ({ payload }) => payload.includes('ended') && payload.includes('"siren"'),
    );
    const topics = seen.all
      .filter(({ topic }) => /Pulse|VirtualInput/.test(topic))
      .map(({ topic }) => topic.split('/').at(-1));
    // The state stands where it changed last, between the last two pulses.
    const pulses = Array.from({ length: 19 }, (_, index) => `pulse-${index + 1}`);
    expect(topics).toEqual([...pulses, '1', 'pulse-20']);
    expect(seen.all.find(({ topic }) => topic.includes('VirtualInput'))?.payload).toContain('"active":"1"');
    expect(test.device.mqtt.status().waiting).toEqual({ messages: 0, bytes: 0 });
  });
});

describe('Messages for rules', () => {
  it('run a profile while the camera says Motion On: the recipe of the manual', async () => {
    const mosquitto = await startBroker();
    const test = await startDevice();
    await connect(test, mosquitto, {
      subscriptions: [{ id: 'motion', filter: 'Motion', type: 'stateful', qos: 1 }],
    });
    await test.device.control.run(
      'rules.create',
      {
        rule: {
          name: 'Motion detected',
          conditions: [{ kind: 'mqtt.stateful', subscription: 'motion', payload: 'On' }],
          actions: [{ kind: 'siren.profile', profile: 'Intrusion', run: 'whileActive' }],
        },
      },
      ADMINISTRATOR,
    );
    await mosquitto.publish('Motion', 'On', '-q', '2');
    await test.event(
      'activity',
      ({ change: what, profile }) => what === 'started' && profile === 'Intrusion',
    );
    // The broker goes and comes; what the camera said still counts, and nothing is interrupted.
    await mosquitto.kill();
    await test.event('mqtt.connection', ({ state }) => state === 'waiting');
    await mosquitto.restart();
    test.device.mqtt.reconnect();
    await connected(test, 2);
    expect(test.device.siren.hasAlarm).toBe(true);
    expect(test.events('activity').filter(({ change: what }) => what === 'ended')).toEqual([]);
    await mosquitto.publish('Motion', 'Off', '-q', '1');
    await test.event('activity', ({ change: what }) => what === 'ended');
    expect(test.device.siren.hasAlarm).toBe(false);
    await expect(
      test.device.control.run('mqttSubscriptions.delete', { id: 'motion' }, ADMINISTRATOR),
    ).rejects.toThrow('The subscription "motion" is used by the rule');
  });

  it('that the broker had kept count for a state, and are no event', async () => {
    const mosquitto = await startBroker();
    await mosquitto.publish('house/door', '{"open": {"since": 5}, "level": "7.5"}', '-r');
    const test = await startDevice();
    const rule = (name: string, condition: object) =>
      test.device.control.run(
        'rules.create',
        {
          rule: {
            name,
            conditions: [condition],
            actions: [{ kind: 'siren.profile', profile: 'Intrusion', run: 'start' }],
          },
        },
        ADMINISTRATOR,
      );
    await change(test, {
      subscriptions: [
        { id: 'states', filter: 'house/+', type: 'stateful' },
        { id: 'events', filter: 'house/#', type: 'stateless' },
      ],
    });
    const level = {
      kind: 'mqtt.stateful',
      subscription: 'states',
      topic: 'house/door',
      path: 'level',
      match: '>=',
      payload: '7.5',
    };
    await rule('level', level);
    await rule('event', {
      kind: 'mqtt.stateless',
      subscription: 'events',
      match: 'contains',
      payload: 'level',
    });
    await connect(test, mosquitto);
    await test.event('rule', ({ name, change: what }) => name === 'level' && what === 'activated');
    await test.event('mqtt.message', ({ retained }) => retained);
    expect(test.events('rule').filter(({ name }) => name === 'event')).toEqual([]);
    await mosquitto.publish('house/door', '{"level": 3}');
    await test.event('rule', ({ name }) => name === 'event');
    await test.event('rule', ({ name, change: what }) => name === 'level' && what === 'deactivated');
    // A subscription that changes forgets what its topics said.
    await change(test, {
      subscriptions: [
        { id: 'states', filter: 'garden', type: 'stateful' },
        { id: 'events', filter: 'x' },
      ],
    });
    await test.event('mqtt.state', ({ isGone }) => isGone === true);
    expect(test.device.mqtt.status().topics).toEqual([]);
  });

  it('are published by rules, with the event in them and another payload at the end', async () => {
    const mosquitto = await startBroker();
    const test = await startDevice();
    const seen = await mosquitto.subscribe('siren/calls/#');
    await connect(test, mosquitto);
    await test.device.control.run(
      'rules.create',
      {
        rule: {
          name: 'Tell "all"',
          conditions: [{ kind: 'io.virtualInput', port: 1 }],
          actions: [
            {
              ...{ kind: 'mqtt.publish', topic: 'calls/{{name}}', payload: '{"rule":"{{rule}}"}' },
              ...{ endPayload: 'over', qos: 1, retain: true, useDeviceTopicPrefix: true },
            },
          ],
        },
      },
      ADMINISTRATOR,
    );
    test.device.bus.publish({ type: 'input.virtual', input: 1, name: 'a/b+', active: true });
    const first = await seen.first('the message', () => true);
    expect(first).toMatchObject({
      topic: 'siren/calls/a%2Fb%2B',
      payload: '{"rule":"Tell \\"all\\""}',
      qos: 1,
    });
    test.device.bus.publish({ type: 'input.virtual', input: 1, name: 'a/b+', active: false });
    await seen.first('the end', ({ payload }) => payload === 'over');
  });
});

describe('A session that is kept', () => {
  it.each(['3.1.1', '5'])('brings what was published meanwhile, in MQTT %s', async (version) => {
    const mosquitto = await startBroker();
    const test = await startDevice();
    await connect(test, mosquitto, {
      ...{ version, cleanSession: false },
      subscriptions: [{ id: 'door', filter: 'door', qos: 2 }],
    });
    await mosquitto.publish('door', 'first', '-q', '2');
    await test.event('mqtt.message', ({ payload }) => payload === 'first');
    await test.device.control.run('mqtt.disconnect', {}, ADMINISTRATOR);
    await until('the good-bye', () => mosquitto.log.includes('Client Siren 1 disconnected'));
    for (const payload of ['second', 'third']) await mosquitto.publish('door', payload, '-q', '1');
    await test.device.control.run('mqtt.connect', {}, ADMINISTRATOR);
    await test.event('mqtt.message', ({ payload }) => payload === 'third');
    expect(test.events('mqtt.message').map(({ payload }) => payload)).toEqual(['first', 'second', 'third']);
  });
});

describe('The way to the broker', () => {
  it('goes through a proxy that asks who it is, and says so where it does not let the device through', async () => {
    const mosquitto = await startBroker({ protocols: ['ws'] });
    const proxy = await Tinyproxy.start({
      user: 'siren',
      password: 'secret',
      ports: Object.values(mosquitto.ports),
    });
    try {
      const test = await startDevice();
      const way = { httpProxy: `http://127.0.0.1:${proxy.port}`, proxyUsername: 'siren' };
      await connect(test, mosquitto, { ...way, proxyPassword: 'secret' });
      await connect(test, mosquitto, { protocol: 'ws', port: mosquitto.ports.ws });
      await connected(test, 2);
      expect(proxy.log).toContain(`CONNECT 127.0.0.1:${mosquitto.ports.ws}`);
      const report = await test.device.control.run(
        'mqtt.test',
        { settings: { proxyPassword: 'no' } },
        ADMINISTRATOR,
      );
      expect(report).toMatchObject({
        ok: false,
        error: expect.stringContaining('does not let the device through'),
      });
    } finally {
      await proxy.close();
    }
  });

  it('can be agreed on by ALPN, on a port where something else is spoken too', async () => {
    const mosquitto = await startBroker();
    const { certificate, privateKey } = await testCertificate({ ip: ['127.0.0.1'] });
    const asked: (string | false | null)[] = [];
    // Mosquitto knows no ALPN; a front that does passes to it what asks for MQTT.
    const front = createServer(
      { cert: certificate, key: privateKey, ALPNProtocols: ['h2', 'x-amzn-mqtt-ca'] },
      (socket) => {
        asked.push(socket.alpnProtocol);
        const onward = createConnection(mosquitto.ports.tcp, '127.0.0.1');
        socket.pipe(onward).pipe(socket);
        socket.on('error', () => onward.destroy());
        onward.on('error', () => socket.destroy());
      },
    );
    await once(front.listen(0, '127.0.0.1'), 'listening');
    try {
      const test = await startDevice({ authorities: [(await testAuthority()).certificate] });
      const { port } = front.address() as { port: number };
      await connect(test, mosquitto, { protocol: 'ssl', port, alpn: 'x-amzn-mqtt-ca' });
      expect(asked).toEqual(['x-amzn-mqtt-ca']);
      const report = await test.device.mqtt.test(test.device.config.get('mqtt'));
      expect(report.steps).toContain('ALPN: x-amzn-mqtt-ca is agreed on.');
    } finally {
      await device?.close();
      device = undefined;
      front.close();
    }
  });
});

describe('A device that dies', () => {
  it('has its last will published, and says good-bye when it is stopped', async () => {
    const mosquitto = await startBroker();
    const seen = await mosquitto.subscribe('siren/#');
    const program = await SipsirenDevice.start();
    const settings = {
      enabled: true,
      host: '127.0.0.1',
      port: mosquitto.ports.tcp,
      deviceTopicPrefix: 'siren',
    };
    try {
      expect(await program.api('PATCH', '/mqtt', settings)).toMatchObject({ status: 200 });
      const said = (payload: string) => seen.first(payload, (one) => one.payload === payload);
      expect(await said('Connected')).toMatchObject({ topic: 'siren/event/connection' });
      process.kill(program.process.pid, 'SIGKILL');
      await program.process.ended();
      await said('Connection Lost');
      const again = await SipsirenDevice.start({ folder: program.folder });
      await seen.until('the second connect', () =>
        seen.all.filter(({ payload }) => payload === 'Connected').length === 2 ? true : undefined,
      );
      expect(await again.stop()).toBe(0);
      await said('Disconnected');
      expect(seen.all.filter(({ payload }) => payload === 'Connection Lost')).toHaveLength(1);
    } finally {
      await program.remove();
    }
  });
});
