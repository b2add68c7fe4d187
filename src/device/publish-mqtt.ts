import { SipsirenError } from '../base/errors.js';
import type { MqttService } from '../control/mqtt-service.js';
import type { DeviceSettings } from '../rules/device-settings.js';
import type { Intent } from '../rules/intent.js';
import { fillPlaceholders } from '../rules/placeholders.js';

interface MqttParts {
  readonly mqtt: Pick<MqttService, 'publish' | 'status'>;
  readonly device: DeviceSettings;
}

/** MQTT carries no longer topic (MQTT 3.1.1 section 1.5.3). */
const LONGEST_TOPIC = 65_535;

/** Publishes what a rule says, with the event's data in it. Throws CONFLICT while the MQTT client is off. */
export function publishMqtt(
  { topic, payload, qos, retain, useDeviceTopicPrefix, cause }: Extract<Intent, { kind: 'mqtt.publish' }>,
  { mqtt, device }: MqttParts,
): string {
  const source = { cause, device };
  const filled = fillPlaceholders(topic, source, 'topic');
  if (filled === '' || Buffer.byteLength(filled) > LONGEST_TOPIC) {
    throw new SipsirenError(
      'INVALID_VALUE',
      `With the event's data the topic ${topic} becomes empty or too long.`,
    );
  }
  mqtt.publish({
    topic: filled,
    payload: fillPlaceholders(payload, source, /^\s*[[{](?!\{)/.test(payload) ? 'json' : 'text'),
    qos,
    retain,
    useDeviceTopicPrefix,
  });
  const { state } = mqtt.status();
  return state === 'connected' ? `published to ${filled}` : `kept for ${filled} until the broker is there`;
}
