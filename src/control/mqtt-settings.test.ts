import { describe, expect, it } from '@jest/globals';
import { problemsOf } from '../config/problems-of.js';
import { mqttSettingsSchema } from './mqtt-settings.js';

describe('The settings of MQTT', () => {
  it.each(['', 'broker.example.com', '192.168.0.90', '::1', 'fe80::1%eth0', '2001:db8::90'])(
    'take the host "%s"',
    (host) => {
      expect(mqttSettingsSchema.safeParse({ host }).error).toBeUndefined();
    },
  );

  it.each<[object, string, string]>([
    [{ host: 'broker:1883' }, 'host', 'a host name or an address, without a port'],
    [{ host: 'mqtt://broker' }, 'host', 'a host name or an address, without a port'],
    [{ basePath: '/a path' }, 'basePath', 'a path such as /mqtt, without spaces and #'],
  ])('refuse %j and say what they take', (value, path, accepted) => {
    const { error } = mqttSettingsSchema.safeParse(value);
    expect(problemsOf(error!, { schema: mqttSettingsSchema, value })).toEqual([
      { path, message: 'has the wrong form', accepted },
    ]);
  });
});
