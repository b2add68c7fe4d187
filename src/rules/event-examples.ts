import type { AccountId, CallId, DtmfSequenceId, ProfileName } from '../base/ids.js';
import type { CallIdentity, DeviceEvent, DeviceEventType } from '../events/device-event.js';

const CALL: CallIdentity = {
  callId: 'In-17' as CallId,
  direction: 'Incoming',
  account: 'office' as AccountId,
  localUri: 'sip:1003@192.168.0.90',
  remoteUri: 'sip:guard@192.168.0.5',
};

/** One of each type of event that a condition waits for, with the fields that it always has. */
export const EVENT_EXAMPLES: { readonly [Type in DeviceEventType]?: Extract<DeviceEvent, { type: Type }> } = {
  'call.state': { type: 'call.state', ...CALL, state: 'Active' },
  'call.stateChange': { type: 'call.stateChange', ...CALL, reason: 'AcceptedByDevice' },
  'call.dtmf': { type: 'call.dtmf', ...CALL, digit: '#', method: 'rtp', keys: '*9#' },
  'call.dtmfSequence': {
    type: 'call.dtmfSequence',
    ...CALL,
    sequenceId: 'open' as DtmfSequenceId,
    sequence: '*9#',
    description: 'Opens the gate',
  },
  'message.received': {
    type: 'message.received',
    messageId: 'M-4',
    direction: 'Incoming',
    account: 'office' as AccountId,
    localUri: 'sip:1003@192.168.0.90',
    remoteUri: 'sip:guard@192.168.0.5',
    contentType: 'text/plain',
    text: 'All clear',
  },
  'account.registration': {
    type: 'account.registration',
    account: 'office' as AccountId,
    state: 'registered',
  },
  'mqtt.message': {
    type: 'mqtt.message',
    subscription: 'gate',
    topic: 'site/gate/open',
    payload: '{"open":true}',
    retained: false,
  },
  'mqtt.state': { type: 'mqtt.state', subscription: 'motion', topic: 'site/motion', payload: 'On' },
  'mqtt.connection': { type: 'mqtt.connection', state: 'connected', broker: 'mqtt://192.168.0.7:1883' },
  alarm: {
    type: 'alarm',
    alarmId: 'a1',
    profile: 'Evacuation' as ProfileName,
    change: 'raised',
    state: 'unacknowledged',
    priority: 5,
    cause: 'by hand',
  },
  activity: {
    type: 'activity',
    function: 'light',
    change: 'started',
    activityId: 1,
    priority: 5,
    running: true,
    cause: 'by hand',
  },
  healthCheck: { type: 'healthCheck', state: 'failed', silent: true, failed: ['roof'] },
  'output.state': { type: 'output.state', output: 'roof', name: 'Roof', kind: 'wled', state: 'failing' },
  'recipient.state': {
    type: 'recipient.state',
    recipient: 'guards',
    name: 'Guards',
    kind: 'email',
    state: 'failing',
  },
  'source.blocked': {
    type: 'source.blocked',
    address: '203.0.113.7',
    change: 'blocked',
    reason: 'wrongPasswords',
  },
  'input.virtual': { type: 'input.virtual', input: 1, name: 'Motion', active: true },
  'input.digital': { type: 'input.digital', port: 1, name: 'Door', direction: 'input', state: 'active' },
  'trigger.manual': { type: 'trigger.manual', trigger: 'drill', name: 'Drill', active: true },
  heartbeat: { type: 'heartbeat', heartbeat: 'camera', name: 'Camera', state: 'lost' },
  schedule: { type: 'schedule', schedule: 'night', name: 'Night', active: true },
  pulse: { type: 'pulse', schedule: 'hourly', name: 'Every hour' },
  system: { type: 'system', state: 'ready' },
  network: { type: 'network', state: 'lost', addresses: [] },
  storage: { type: 'storage', state: 'full', usedPercent: 96, freeBytes: 1_000_000 },
  certificate: {
    type: 'certificate',
    certificate: 'web',
    name: 'Web',
    state: 'expiring',
    daysLeft: 12,
    validTo: 1_796_522_400_000,
  },
};

/** A field of an event that is not there, or of the wrong sort. */
export interface EventProblem {
  readonly field: string;
  readonly message: string;
  /** An example of what it should be. */
  readonly accepted: string;
}

/** What keeps data from being an event of its type; conditions read these fields as they are. */
export function problemsOfEvent(event: {
  readonly [field: string]: unknown;
  readonly type: string;
}): EventProblem[] {
  const example = Object.hasOwn(EVENT_EXAMPLES, event.type)
    ? EVENT_EXAMPLES[event.type as DeviceEventType]
    : undefined;
  if (example === undefined) {
    const accepted = `one of ${Object.keys(EVENT_EXAMPLES).join(', ')}`;
    return [{ field: 'type', message: 'is no type of event that a condition waits for', accepted }];
  }
  return Object.entries(example)
    .filter(([field, value]) => sortOf(event[field]) !== sortOf(value))
    .map(([field, value]) => ({
      field,
      message: event[field] === undefined ? 'is missing' : 'has the wrong type',
      accepted: `such as ${JSON.stringify(value)}`,
    }));
}

function sortOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value;
}
