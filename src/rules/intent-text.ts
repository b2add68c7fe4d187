import { describeTarget } from './actions/call-target.js';
import type { Intent } from './intent.js';
import { OWN_ACTIVITY_NAMES } from './own-activity-names.js';

/** What an intent does, for a person: `starts profile Evacuation`. */
export function intentText(intent: Intent): string {
  switch (intent.kind) {
    case 'siren.start':
      return `starts profile ${intent.profile}`;
    case 'siren.stop':
      return `stops profile ${intent.profile}`;
    case 'siren.release':
      return intent.purpose === undefined
        ? 'lets go of the profile that it ran'
        : `lets go of ${OWN_ACTIVITY_NAMES[intent.purpose]}`;
    case 'mqtt.publish':
      return `publishes to ${intent.topic}`;
    case 'sip.message':
      return `sends the message "${intent.text}" to ${intent.to}`;
    case 'notification.send':
      return `sends a notification to ${intent.recipient}`;
    case 'siren.stopAll':
      return `stops ${intent.functions.join(' and ')}`;
    case 'siren.startOwn':
      return `turns ${OWN_ACTIVITY_NAMES[intent.purpose]} on${intent.seconds === undefined ? '' : ` for ${intent.seconds} s`}`;
    case 'siren.stopOwn':
      return `turns ${OWN_ACTIVITY_NAMES[intent.purpose]} off`;
    case 'siren.healthCheck':
      return intent.silent ? 'checks the outputs silently' : 'checks the outputs';
    case 'call.place':
      return `calls ${intent.call.to ?? `the contact ${intent.call.contact}`}`;
    case 'call.hangUp':
      return 'hangs up the call that it made';
    case 'call.end':
      return `ends ${describeTarget(intent.target)}`;
    case 'call.answer':
      return `answers ${describeTarget(intent.target)}`;
    case 'call.sendDtmf':
      return `presses ${intent.digits} in the call that moved the rule`;
    case 'rule.enable':
      return `turns the rule ${intent.rule} ${intent.enabled ? 'on' : 'off'}`;
    case 'log.write':
      return `writes "${intent.text}" to the log`;
    case 'output.set':
      return `turns output ${intent.port} ${intent.active ? 'on' : 'off'}`;
    case 'output.pulse':
      return `pulses output ${intent.port} ${intent.times} times`;
    case 'output.hold':
      return `keeps output ${intent.port} on`;
    case 'output.release':
      return `lets go of output ${intent.port}`;
    case 'virtualInput.set':
      return `${intent.active ? 'activates' : 'deactivates'} virtual input ${intent.port}${intent.seconds === undefined ? '' : ` for ${intent.seconds} seconds`}`;
    case 'virtualInput.hold':
      return `keeps virtual input ${intent.port} active`;
    case 'virtualInput.release':
      return `lets go of virtual input ${intent.port}`;
    case 'alarm.acknowledge':
      return intent.profile === undefined
        ? 'acknowledges every alarm'
        : `acknowledges the alarm ${intent.profile}`;
  }
}
