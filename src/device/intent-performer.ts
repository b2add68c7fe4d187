import type { Calls } from '../calls/calls.js';
import type { CallId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { ConfigStore } from '../config/config-store.js';
import type { DeviceDocument } from '../control/services.js';
import type { Intent } from '../rules/intent.js';
import type { Alarms } from '../siren/alarms.js';
import type { Recipients } from '../recipients/recipients.js';
import type { Perform } from '../rules/perform.js';
import { fillPlaceholders } from '../rules/placeholders.js';
import type { HealthCheck } from '../siren/health-check.js';
import type { Siren } from '../siren/siren.js';
import type { MqttService } from '../control/mqtt-service.js';
import { publishMqtt } from './publish-mqtt.js';
import type { InputRooms } from './input-rooms.js';
import { sendNotification } from './send-notification.js';
import { sendSipMessage } from './send-sip-message.js';
import {
  answerCalls,
  endCalls,
  hangUpCall,
  placeCall,
  sendKeys,
  type CallParts,
  type HeldCalls,
} from './call-performers.js';
import type { CallerFeedback } from './caller-feedback.js';
import { enableRule } from './enable-rule.js';

/** What intents act on; the device has it. Read at each intent: a part may be built after the rules. */
interface IntentParts extends CallParts {
  readonly siren: Siren;
  readonly alarms: Alarms;
  readonly callers: Pick<CallerFeedback, 'started'>;
  readonly mqtt: MqttService;
  readonly health: HealthCheck;
  readonly calls: Pick<Calls, 'sendMessage' | 'record'> & CallParts['calls'];
  readonly config: ConfigStore<DeviceDocument>;
  readonly recipients: Recipients;
  readonly inputs: Pick<InputRooms, 'virtualInputs' | 'ioPorts'>;
}

/** May take its time and may tell what came of it; what it throws, or rejects with, is noted as the outcome. */
type Performer<Kind extends Intent['kind']> = (
  intent: Extract<Intent, { kind: Kind }>,
  parts: IntentParts,
  own: { readonly heldCalls: HeldCalls; readonly log: Log },
) => unknown;

type Performers = { readonly [Kind in Intent['kind']]: Performer<Kind> };

/** What is done for each kind of intent: a line each, or a file beside this one. Those of the siren never take time. */
const PERFORMERS: Performers = {
  'siren.start': ({ profile, owner, cause }, { siren, callers }) => {
    siren.startProfile(profile, { owner, cause: cause.text });
    callers.started(profile, cause.published);
  },
  'siren.stop': ({ profile, cause }, { siren }) => {
    siren.stopProfile(profile, { cause: cause.text });
  },
  'siren.release': ({ owner, purpose, cause }, { siren }) => {
    siren.stopOwner(owner, { purpose, cause: cause.text });
  },
  'sip.message': (intent, { calls, config }) =>
    sendSipMessage(intent, { calls, device: config.get('device') }),
  'mqtt.publish': (intent, { mqtt, config }) => publishMqtt(intent, { mqtt, device: config.get('device') }),
  'notification.send': (intent, { recipients, calls }, { log }) =>
    sendNotification(intent, { recipients, calls, log }),
  'siren.stopAll': ({ functions, cause }, { siren }) => {
    siren.stopAll({ functions, cause: cause.text });
  },
  'siren.startOwn': ({ purpose, seconds, owner, cause }, { siren }) => {
    siren.startOwn(purpose, { seconds, owner, cause: cause.text });
  },
  'siren.stopOwn': ({ purpose, cause }, { siren }) => {
    siren.stopOwn(purpose, { cause: cause.text });
  },
  'siren.healthCheck': ({ silent, cause }, { health }) => {
    health.start({ silent, cause: cause.text });
  },
  'output.set': ({ port, active }, { inputs }) => {
    if (active) inputs.ioPorts.activate(String(port));
    else inputs.ioPorts.deactivate(String(port));
  },
  'output.pulse': ({ port, milliseconds, times }, { inputs }) => {
    inputs.ioPorts.pulse(String(port), { milliseconds, times });
  },
  'output.hold': ({ port, owner }, { inputs }) => {
    inputs.ioPorts.hold(String(port), owner);
  },
  'output.release': ({ port, owner }, { inputs }) => {
    inputs.ioPorts.release(String(port), owner);
  },
  'virtualInput.set': ({ port, active, seconds }, { inputs }) => {
    if (active) inputs.virtualInputs.activate(port, { seconds });
    else inputs.virtualInputs.deactivate(port);
  },
  'virtualInput.hold': ({ port, owner }, { inputs }) => {
    inputs.virtualInputs.hold(port, owner);
  },
  'virtualInput.release': ({ port, owner }, { inputs }) => {
    inputs.virtualInputs.release(port, owner);
  },
  'alarm.acknowledge': ({ profile, cause }, { alarms }) => {
    const by = `by ${cause.text}`;
    // A rule that acknowledges what is over, or was acknowledged before, has nothing left to do.
    if (profile === undefined) alarms.acknowledge('all', { by });
    else if (alarms.isWaiting(profile)) alarms.acknowledge({ profile }, { by });
  },
  'call.place': placeCall,
  'call.hangUp': hangUpCall,
  'call.end': endCalls,
  'call.answer': answerCalls,
  'call.sendDtmf': sendKeys,
  'rule.enable': enableRule,
  'log.write': ({ level, text, cause }, { config }, { log }) => {
    log[level](fillPlaceholders(text, { cause, device: config.get('device') }), { rule: cause.rule });
  },
};

/** Does what rules want. */
export function intentPerformer(parts: IntentParts, log: Log): Perform {
  const own = { heldCalls: new Map<string, CallId>(), log };
  // The table is complete by its type; an intent always meets the performer of its own kind.
  return (intent) => (PERFORMERS[intent.kind] as Performer<Intent['kind']>)(intent, parts, own);
}

/** Whether there are such intents, for those that come from a file. */
export function isIntentKind(kind: string): kind is Intent['kind'] {
  return Object.hasOwn(PERFORMERS, kind);
}
