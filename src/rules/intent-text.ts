import type { Intent } from './intent.js';

/** What an intent does, for a person: `starts profile Evacuation`. */
export function intentText(intent: Intent): string {
  switch (intent.kind) {
    case 'siren.start':
      return `starts profile ${intent.profile}`;
    case 'siren.stop':
      return `stops profile ${intent.profile}`;
    case 'siren.release':
      return 'lets go of the profile that it ran';
    case 'mqtt.publish':
      return `publishes to ${intent.topic}`;
    case 'sip.message':
      return `sends the message "${intent.text}" to ${intent.to}`;
    case 'notification.send':
      return `sends a notification to ${intent.recipient}`;
    case 'alarm.acknowledge':
      return intent.profile === undefined
        ? 'acknowledges every alarm'
        : `acknowledges the alarm ${intent.profile}`;
  }
}
