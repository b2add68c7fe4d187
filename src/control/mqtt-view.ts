import type { MqttStatus } from './mqtt-service.js';
import { MQTT_DEFAULT_PORTS, type MqttSettings } from './mqtt-settings.js';
import type { Services } from './services.js';

/** The settings of the MQTT client as they may be shown: passwords are written, never read. */
export type MqttView = Omit<MqttSettings, 'password' | 'proxyPassword'> & {
  readonly hasPassword: boolean;
  readonly hasProxyPassword: boolean;
  readonly status: MqttStatus;
};

export function mqttView({ config, mqtt }: Services): MqttView {
  const { password, proxyPassword, ...shown } = config.get('mqtt');
  return {
    ...shown,
    hasPassword: password !== '',
    hasProxyPassword: proxyPassword !== '',
    status: mqtt.status(),
  };
}

/** What a client sends back of what it was shown, without what is no setting; null takes a password away. */
export function withoutMqttMarks(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const {
    hasPassword: _password,
    hasProxyPassword: _proxyPassword,
    status: _status,
    ...settings
  } = value as Record<string, unknown>;
  return settings;
}

/**
 * The settings that a client gives, with the stored passwords where it brings none. Somewhere else they are not taken:
 * nobody may learn a password by having it sent to himself.
 */
export function withMqttSecrets(
  fresh: Record<string, unknown>,
  stored: MqttSettings,
): Record<string, unknown> {
  return {
    ...fresh,
    password: secretOf(
      fresh['password'],
      destinationOf(fresh) === destinationOf(stored) ? stored.password : '',
    ),
    proxyPassword: secretOf(
      fresh['proxyPassword'],
      proxiesOf(fresh) === proxiesOf(stored) ? stored.proxyPassword : '',
    ),
  };
}

function secretOf(given: unknown, stored: string): unknown {
  if (given === null) return '';
  return given === undefined || given === '' ? stored : given;
}

function destinationOf(settings: Record<string, unknown>): string {
  const { host = '', protocol = 'tcp', port = 0, username = '' } = settings as Partial<MqttSettings>;
  const { checkCertificate = true } = settings as Partial<MqttSettings>;
  return JSON.stringify([
    host,
    protocol,
    port === 0 ? MQTT_DEFAULT_PORTS[protocol] : port,
    username,
    checkCertificate,
  ]);
}

function proxiesOf(settings: Record<string, unknown>): string {
  const { httpProxy = '', httpsProxy = '', proxyUsername = '' } = settings as Partial<MqttSettings>;
  return JSON.stringify([httpProxy, httpsProxy, proxyUsername]);
}
