import { defineOutputKind } from '../../output-kind.js';
import { MqttOutput } from './mqtt-output.js';
import { mqttOutputSchema } from './mqtt-settings.js';

export const mqttKind = defineOutputKind({
  kind: 'mqtt',
  summary:
    'A lamp or a siren that listens to MQTT, such as one of Zigbee2MQTT or Tasmota, over the broker of the device.',
  settings: mqttOutputSchema,
  create: (settings, context) => new MqttOutput(settings, context),
});
