import type { Calls } from '../calls/calls.js';
import type { ConfigStore } from '../config/config-store.js';
import type { DeviceDocument } from '../control/services.js';
import type { Intent } from '../rules/intent.js';
import type { Alarms } from '../siren/alarms.js';
import type { Recipients } from '../recipients/recipients.js';
import type { Perform } from '../rules/perform.js';
import type { Siren } from '../siren/siren.js';
import type { MqttService } from '../control/mqtt-service.js';
import { publishMqtt } from './publish-mqtt.js';
import { sendSipMessage } from './send-sip-message.js';

/** What intents act on; the device has it. */
interface IntentParts {
  readonly siren: Siren;
  readonly alarms: Alarms;
  readonly calls: Pick<Calls, 'sendMessage'>;
  readonly mqtt: MqttService;
  readonly config: ConfigStore<DeviceDocument>;
  readonly recipients: Recipients;
}

/** May take its time and may tell what came of it; what it throws, or rejects with, is noted as the outcome. */
type Performer<Kind extends Intent['kind']> = (
  intent: Extract<Intent, { kind: Kind }>,
  parts: IntentParts,
) => unknown;

type Performers = { readonly [Kind in Intent['kind']]: Performer<Kind> };

/** What is done for each kind of intent: a line each, or a file beside this one. Those of the siren never take time. */
const PERFORMERS: Performers = {
  'siren.start': ({ profile, owner, cause }, { siren }) => {
    siren.startProfile(profile, { owner, cause: cause.text });
  },
  'siren.stop': ({ profile, cause }, { siren }) => {
    siren.stopProfile(profile, { cause: cause.text });
  },
  'siren.release': ({ owner, cause }, { siren }) => {
    siren.stopOwner(owner, { cause: cause.text });
  },
  'sip.message': (intent, { calls, config }) =>
    sendSipMessage(intent, { calls, device: config.get('device') }),
  'mqtt.publish': (intent, { mqtt, config }) => publishMqtt(intent, { mqtt, device: config.get('device') }),
  'notification.send': async ({ recipient, wish, cause }, { recipients }) => {
    const { id } = await recipients.send(recipient, { wish, cause });
    return `kept for delivery as ${id}`;
  },
  'alarm.acknowledge': ({ profile, cause }, { alarms }) => {
    const by = `by ${cause.text}`;
    // A rule that acknowledges what is over, or was acknowledged before, has nothing left to do.
    if (profile === undefined) alarms.acknowledge('all', { by });
    else if (alarms.isWaiting(profile)) alarms.acknowledge({ profile }, { by });
  },
};

/** Does what rules want. The parts are read at each intent: they may be built after the rules. */
export function intentPerformer(parts: IntentParts): Perform {
  // The table is complete by its type; an intent always meets the performer of its own kind.
  return (intent) => (PERFORMERS[intent.kind] as Performer<Intent['kind']>)(intent, parts);
}

/** Whether there are such intents, for those that come from a file. */
export function isIntentKind(kind: string): kind is Intent['kind'] {
  return Object.hasOwn(PERFORMERS, kind);
}
