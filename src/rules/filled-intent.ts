import type { DeviceSettings } from './device-settings.js';
import type { Intent } from './intent.js';
import { fillAddress, fillPlaceholders } from './placeholders.js';

/** An intent with the values in the texts that people are told of. */
export function filledIntent(intent: Intent, { device }: { readonly device: DeviceSettings }): Intent {
  const { cause } = intent;
  const filled = (text: string): string => fillPlaceholders(text, { cause, device });
  switch (intent.kind) {
    case 'log.write':
      return { ...intent, text: filled(intent.text) };
    case 'sip.message':
      return { ...intent, text: filled(intent.text), to: fillAddress(intent.to, { cause, device }) };
    case 'mqtt.publish':
      return { ...intent, topic: fillPlaceholders(intent.topic, { cause, device }, 'topic') };
    default:
      return intent;
  }
}
