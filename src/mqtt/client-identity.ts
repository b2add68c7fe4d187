import { MQTT_DEFAULT_PORTS, type MqttProtocol, type MqttSettings } from '../control/mqtt-settings.js';

const SCHEMES: Readonly<Record<MqttProtocol, string>> = { tcp: 'mqtt', ssl: 'mqtts', ws: 'ws', wss: 'wss' };

/** What the settings leave to the device: names, topics and payloads. */
export interface ClientIdentity {
  readonly clientId: string;
  readonly deviceTopicPrefix: string;
  /** `mqtts://broker.example.com:8883`; empty where no broker is set. */
  readonly broker: string;
}

export function identityOf(settings: MqttSettings, serialNumber: string): ClientIdentity {
  const { clientId, deviceTopicPrefix, host, protocol } = settings;
  return {
    clientId: clientId === '' ? `sipsiren-${serialNumber}` : clientId,
    deviceTopicPrefix: deviceTopicPrefix === '' ? `sipsiren/${serialNumber}` : deviceTopicPrefix,
    broker: host === '' ? '' : `${SCHEMES[protocol]}://${bracketed(host)}:${portOf(settings)}`,
  };
}

export function portOf({ port, protocol }: MqttSettings): number {
  return port === 0 ? MQTT_DEFAULT_PORTS[protocol] : port;
}

/** The name or address without the brackets that people put around IPv6. */
export function hostOf({ host }: MqttSettings): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** What the client says of itself at three moments, where the settings do not say otherwise. */
export const DEFAULT_PAYLOADS = {
  connectMessage: 'Connected',
  disconnectMessage: 'Disconnected',
  lastWill: 'Connection Lost',
} as const;

/** The topic on which the default messages are, which tells whether the device is there. */
export function connectionTopic({ deviceTopicPrefix }: ClientIdentity): string {
  return `${deviceTopicPrefix}/event/connection`;
}

/** One of the messages that the client sends of itself; none where it is turned off. */
export function ownMessage(
  settings: MqttSettings,
  which: keyof typeof DEFAULT_PAYLOADS,
  identity: ClientIdentity,
) {
  const { enabled, useDefault, topic, payload, retain, qos } = settings[which];
  if (!enabled) return undefined;
  return {
    topic: useDefault ? connectionTopic(identity) : topic,
    payload: useDefault ? DEFAULT_PAYLOADS[which] : payload,
    retain,
    qos,
  };
}
