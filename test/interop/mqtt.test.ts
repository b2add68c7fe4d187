import { afterEach, describe, expect, it } from '@jest/globals';
import type { MqttView } from '../../src/control/mqtt-view.js';
import { testAuthority, testCertificate } from '../support/certificates.js';
import { Mosquitto, type MosquittoOptions } from '../support/mosquitto.js';
import { TestDevice, type TestDeviceOptions } from '../support/test-device.js';

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
