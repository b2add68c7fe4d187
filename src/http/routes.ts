import { ANNOUNCEMENT_LIMITS } from '../calls/announcements.js';
import { SOUND_LIMITS } from '../sounds/limits.js';

const WAV_TYPES = ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'];

/** How a value in a path or a query becomes the input of a command; everything arrives as text. */
export type ParameterType = 'text' | 'number' | 'boolean';

/** Which files an address takes. */
export type Upload = {
  /** Media types; a request that names none is taken too. */
  readonly types: readonly string[];
  /** In bytes. */
  readonly limit: number;
};

/** One address of the API and the command it stands for. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`; a part in braces is a parameter, percent-encoded where needed. */
  readonly path: string;
  /** The name of a command of control/. */
  readonly command: string;
  /** The field of the command's input that takes the body; none where there is no body. */
  readonly body?: string;
  /** The body is a file as it stands, not JSON. */
  readonly upload?: Upload;
  /** The answer is a file of up to so many bytes. Default: something small. */
  readonly download?: number;
  /** Fields of the input that come from the query. */
  readonly query?: Readonly<Record<string, ParameterType>>;
  /** Parameters of the path that are not text. */
  readonly parameters?: Readonly<Record<string, ParameterType>>;
  /** The status of a success. Default: 200, or 204 where the command answers nothing. */
  readonly status?: number;
};

/** The longest own sound at 48 kHz, 16 bits of one channel. */
const LARGEST_RENDERING = SOUND_LIMITS.seconds * 48_000 * 2;

const CALENDAR_FILE: Upload = { types: ['text/calendar', 'application/octet-stream'], limit: 1_048_576 };

/** The API, in the order of its documentation. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/status', command: 'status.get' },
  { method: 'GET', path: '/system', command: 'system.info' },
  { method: 'POST', path: '/factory-default', command: 'device.factoryDefault', body: 'reset' },
  { method: 'POST', path: '/restore', command: 'device.restore', body: 'reset' },
  { method: 'GET', path: '/device', command: 'device.get' },
  { method: 'PATCH', path: '/device', command: 'device.update', body: 'settings' },
  { method: 'GET', path: '/limits', command: 'limits.get' },
  { method: 'PATCH', path: '/limits', command: 'limits.update', body: 'settings' },

  { method: 'GET', path: '/profiles', command: 'profiles.list' },
  { method: 'POST', path: '/profiles', command: 'profiles.create', body: 'profile', status: 201 },
  { method: 'GET', path: '/profiles/{name}', command: 'profiles.get' },
  { method: 'PUT', path: '/profiles/{name}', command: 'profiles.update', body: 'profile' },
  { method: 'DELETE', path: '/profiles/{name}', command: 'profiles.delete', query: { withRules: 'boolean' } },
  { method: 'POST', path: '/profiles/{name}/copy', command: 'profiles.copy', body: 'copy', status: 201 },
  { method: 'POST', path: '/profiles/{name}/start', command: 'profiles.start', body: 'start' },
  { method: 'POST', path: '/profiles/{name}/stop', command: 'profiles.stop' },
  { method: 'GET', path: '/profile-export', command: 'profiles.export', query: { name: 'text' } },
  {
    method: 'POST',
    path: '/profile-import',
    command: 'profiles.import',
    body: 'profiles',
    query: { mode: 'text' },
  },
  { method: 'POST', path: '/preview', command: 'preview.start', body: 'preview' },
  { method: 'DELETE', path: '/preview', command: 'preview.stop' },

  { method: 'POST', path: '/activities', command: 'activities.start', body: 'activity', status: 201 },
  { method: 'DELETE', path: '/activities/{id}', command: 'activities.stop', parameters: { id: 'number' } },
  { method: 'POST', path: '/siren/stop', command: 'siren.stopAll', body: 'stop' },
  { method: 'GET', path: '/alarms', command: 'alarms.list' },
  {
    method: 'POST',
    path: '/alarms/acknowledge',
    command: 'alarms.acknowledgeAll',
    body: 'acknowledgement',
  },
  {
    method: 'POST',
    path: '/alarms/{id}/acknowledge',
    command: 'alarms.acknowledge',
    body: 'acknowledgement',
  },
  {
    method: 'POST',
    path: '/profiles/{name}/acknowledge',
    command: 'profiles.acknowledge',
    body: 'acknowledgement',
  },
  { method: 'GET', path: '/maintenance', command: 'maintenance.get' },
  { method: 'PUT', path: '/maintenance', command: 'maintenance.set', body: 'maintenance' },
  { method: 'GET', path: '/identify', command: 'identify.get' },
  { method: 'PUT', path: '/identify', command: 'identify.set', body: 'identify' },
  { method: 'GET', path: '/health-check', command: 'healthCheck.get' },
  { method: 'POST', path: '/health-check', command: 'healthCheck.start', body: 'check' },
  { method: 'PUT', path: '/health-check', command: 'healthCheck.update', body: 'settings' },

  { method: 'GET', path: '/rules', command: 'rules.list' },
  { method: 'POST', path: '/rules', command: 'rules.create', body: 'rule', status: 201 },
  { method: 'GET', path: '/rule-lint', command: 'rules.lint' },
  { method: 'POST', path: '/rule-lint', command: 'rules.lintRule', body: 'rule' },
  { method: 'POST', path: '/rule-dry-run', command: 'rules.dryRun', body: 'question' },
  { method: 'GET', path: '/rules/{id}', command: 'rules.get' },
  { method: 'PUT', path: '/rules/{id}', command: 'rules.update', body: 'rule' },
  { method: 'PATCH', path: '/rules/{id}', command: 'rules.enable', body: 'change' },
  { method: 'DELETE', path: '/rules/{id}', command: 'rules.delete' },
  { method: 'GET', path: '/rule-status', command: 'rules.status' },
  {
    method: 'GET',
    path: '/rule-events',
    command: 'rules.events',
    query: { type: 'text', since: 'number', before: 'number', limit: 'number' },
  },
  { method: 'GET', path: '/placeholders', command: 'placeholders.list' },
  {
    method: 'GET',
    path: '/rule-decisions',
    command: 'rules.why',
    query: { eventSequence: 'number', rule: 'text', callId: 'text', limit: 'number' },
  },

  { method: 'GET', path: '/virtual-inputs', command: 'virtualInputs.list' },
  {
    method: 'GET',
    path: '/virtual-inputs/{port}',
    command: 'virtualInputs.get',
    parameters: { port: 'number' },
  },
  {
    method: 'PATCH',
    path: '/virtual-inputs/{port}',
    command: 'virtualInputs.update',
    parameters: { port: 'number' },
    body: 'settings',
  },
  {
    method: 'POST',
    path: '/virtual-inputs/{port}/activate',
    command: 'virtualInputs.activate',
    parameters: { port: 'number' },
    body: 'options',
  },
  {
    method: 'POST',
    path: '/virtual-inputs/{port}/deactivate',
    command: 'virtualInputs.deactivate',
    parameters: { port: 'number' },
  },
  {
    method: 'POST',
    path: '/virtual-inputs/{port}/sequence',
    command: 'virtualInputs.play',
    parameters: { port: 'number' },
    body: 'steps',
  },
  { method: 'GET', path: '/manual-triggers', command: 'manualTriggers.list' },
  { method: 'POST', path: '/manual-triggers', command: 'manualTriggers.create', body: 'item', status: 201 },
  { method: 'GET', path: '/manual-triggers/{id}', command: 'manualTriggers.get' },
  { method: 'PUT', path: '/manual-triggers/{id}', command: 'manualTriggers.update', body: 'item' },
  { method: 'DELETE', path: '/manual-triggers/{id}', command: 'manualTriggers.delete' },
  { method: 'POST', path: '/manual-triggers/{id}/state', command: 'manualTriggers.set', body: 'change' },
  { method: 'GET', path: '/io-ports', command: 'ioPorts.list' },
  { method: 'POST', path: '/io-ports', command: 'ioPorts.create', body: 'item', status: 201 },
  { method: 'GET', path: '/io-ports/{id}', command: 'ioPorts.get' },
  { method: 'PUT', path: '/io-ports/{id}', command: 'ioPorts.update', body: 'item' },
  { method: 'DELETE', path: '/io-ports/{id}', command: 'ioPorts.delete' },
  { method: 'POST', path: '/io-ports/{id}/activate', command: 'ioPorts.activate', body: 'options' },
  { method: 'POST', path: '/io-ports/{id}/deactivate', command: 'ioPorts.deactivate' },
  { method: 'POST', path: '/io-ports/{id}/pulse', command: 'ioPorts.pulse', body: 'pulses' },
  { method: 'POST', path: '/io-ports/{id}/sequence', command: 'ioPorts.play', body: 'steps' },
  { method: 'GET', path: '/heartbeats', command: 'heartbeats.list' },
  { method: 'POST', path: '/heartbeats', command: 'heartbeats.create', body: 'item', status: 201 },
  { method: 'GET', path: '/heartbeats/{id}', command: 'heartbeats.get' },
  { method: 'PUT', path: '/heartbeats/{id}', command: 'heartbeats.update', body: 'item' },
  { method: 'DELETE', path: '/heartbeats/{id}', command: 'heartbeats.delete' },
  { method: 'POST', path: '/heartbeats/{id}/beat', command: 'heartbeats.beat' },
  { method: 'POST', path: '/client-heartbeat', command: 'heartbeats.beatOfClient', body: 'beat' },

  { method: 'GET', path: '/schedules', command: 'schedules.list' },
  { method: 'POST', path: '/schedules', command: 'schedules.create', body: 'item', status: 201 },
  { method: 'GET', path: '/schedules/{id}', command: 'schedules.get' },
  { method: 'PUT', path: '/schedules/{id}', command: 'schedules.update', body: 'item' },
  { method: 'DELETE', path: '/schedules/{id}', command: 'schedules.delete' },
  { method: 'POST', path: '/schedule-preview', command: 'schedules.preview', body: 'schedule' },
  { method: 'GET', path: '/schedules.ics', command: 'schedules.export' },
  {
    method: 'POST',
    path: '/schedules.ics',
    command: 'schedules.import',
    body: 'calendar',
    upload: CALENDAR_FILE,
    query: { mode: 'text', timeZone: 'text' },
  },
  { method: 'GET', path: '/holidays', command: 'holidays.list' },
  { method: 'POST', path: '/holidays', command: 'holidays.create', body: 'item', status: 201 },
  { method: 'GET', path: '/holidays/{id}', command: 'holidays.get' },
  { method: 'PUT', path: '/holidays/{id}', command: 'holidays.update', body: 'item' },
  { method: 'DELETE', path: '/holidays/{id}', command: 'holidays.delete' },
  {
    method: 'POST',
    path: '/holidays/{id}/import',
    command: 'holidays.import',
    body: 'calendar',
    upload: CALENDAR_FILE,
  },

  { method: 'GET', path: '/system-watch', command: 'systemWatch.get' },
  { method: 'PATCH', path: '/system-watch', command: 'systemWatch.update', body: 'settings' },

  { method: 'GET', path: '/accounts', command: 'accounts.list' },
  { method: 'POST', path: '/accounts', command: 'accounts.create', body: 'account', status: 201 },
  { method: 'GET', path: '/accounts/{id}', command: 'accounts.get' },
  { method: 'PUT', path: '/accounts/{id}', command: 'accounts.update', body: 'account' },
  { method: 'DELETE', path: '/accounts/{id}', command: 'accounts.delete' },
  { method: 'POST', path: '/accounts/{id}/refresh', command: 'accounts.refresh' },

  { method: 'GET', path: '/sip', command: 'sip.get' },
  { method: 'PUT', path: '/sip', command: 'sip.replace', body: 'settings' },
  { method: 'PATCH', path: '/sip', command: 'sip.update', body: 'settings' },

  { method: 'GET', path: '/certificates', command: 'certificates.list' },
  { method: 'POST', path: '/certificates', command: 'certificates.add', body: 'certificate', status: 201 },
  {
    method: 'POST',
    path: '/self-signed-certificates',
    command: 'certificates.create',
    body: 'certificate',
    status: 201,
  },
  {
    method: 'POST',
    path: '/signing-requests',
    command: 'certificates.request',
    body: 'request',
    status: 201,
  },
  { method: 'GET', path: '/certificates/{id}', command: 'certificates.get' },
  { method: 'DELETE', path: '/certificates/{id}', command: 'certificates.delete' },

  { method: 'GET', path: '/access-list', command: 'accessList.get' },
  { method: 'PATCH', path: '/access-list', command: 'accessList.update', body: 'settings' },
  {
    method: 'GET',
    path: '/access-list/decision',
    command: 'accessList.decide',
    query: { address: 'text', caller: 'text', name: 'text' },
  },
  { method: 'POST', path: '/access-list/sources', command: 'accessList.add', body: 'source', status: 201 },
  { method: 'PUT', path: '/access-list/sources/{id}', command: 'accessList.replace', body: 'source' },
  { method: 'DELETE', path: '/access-list/sources/{id}', command: 'accessList.remove' },

  { method: 'GET', path: '/source-guard', command: 'sourceGuard.get' },
  { method: 'PATCH', path: '/source-guard', command: 'sourceGuard.update', body: 'settings' },
  { method: 'GET', path: '/blocked-sources', command: 'blockedSources.list' },
  { method: 'POST', path: '/blocked-sources', command: 'blockedSources.add', body: 'source', status: 201 },
  { method: 'DELETE', path: '/blocked-sources/{address}', command: 'blockedSources.remove' },

  { method: 'GET', path: '/dtmf', command: 'dtmf.get' },
  { method: 'PATCH', path: '/dtmf', command: 'dtmf.update', body: 'settings' },
  { method: 'POST', path: '/dtmf/sequences', command: 'dtmf.add', body: 'sequence', status: 201 },
  { method: 'PUT', path: '/dtmf/sequences/{id}', command: 'dtmf.replace', body: 'sequence' },
  { method: 'DELETE', path: '/dtmf/sequences/{id}', command: 'dtmf.remove' },

  { method: 'GET', path: '/contacts', command: 'contacts.list' },
  { method: 'POST', path: '/contacts', command: 'contacts.create', body: 'contact', status: 201 },
  { method: 'GET', path: '/contacts/{id}', command: 'contacts.get' },
  { method: 'PUT', path: '/contacts/{id}', command: 'contacts.update', body: 'contact' },
  { method: 'DELETE', path: '/contacts/{id}', command: 'contacts.delete' },

  { method: 'GET', path: '/announcements', command: 'announcements.list' },
  {
    method: 'GET',
    path: '/announcements/{name}',
    command: 'announcements.get',
    download: ANNOUNCEMENT_LIMITS.bytes,
  },
  {
    method: 'PUT',
    path: '/announcements/{name}',
    command: 'announcements.put',
    body: 'file',
    upload: {
      types: [...WAV_TYPES, 'application/octet-stream'],
      limit: ANNOUNCEMENT_LIMITS.bytes,
    },
  },
  { method: 'DELETE', path: '/announcements/{name}', command: 'announcements.delete' },

  { method: 'POST', path: '/test-call', command: 'testCall.run', body: 'call' },

  { method: 'GET', path: '/calls', command: 'calls.list' },
  { method: 'POST', path: '/calls', command: 'calls.place', body: 'call', status: 201 },
  { method: 'GET', path: '/calls/{id}', command: 'calls.get' },
  { method: 'DELETE', path: '/calls/{id}', command: 'calls.end' },
  { method: 'POST', path: '/calls/{id}/answer', command: 'calls.answer' },
  { method: 'POST', path: '/calls/{id}/dtmf', command: 'calls.dtmf', body: 'keys' },

  { method: 'GET', path: '/messages', command: 'messages.list' },
  { method: 'POST', path: '/messages', command: 'messages.send', body: 'message' },
  { method: 'GET', path: '/lamps', command: 'lamps.list' },

  { method: 'GET', path: '/light', command: 'light.get' },
  { method: 'PATCH', path: '/light', command: 'light.update', body: 'settings' },
  { method: 'GET', path: '/outputs', command: 'outputs.list' },
  { method: 'POST', path: '/outputs', command: 'outputs.create', body: 'output', status: 201 },
  { method: 'GET', path: '/outputs/{id}', command: 'outputs.get' },
  { method: 'PUT', path: '/outputs/{id}', command: 'outputs.update', body: 'output' },
  { method: 'DELETE', path: '/outputs/{id}', command: 'outputs.delete' },
  { method: 'POST', path: '/outputs/{id}/test', command: 'outputs.test' },
  { method: 'GET', path: '/output-kinds', command: 'outputs.kinds' },
  { method: 'GET', path: '/output-kinds/{kind}/choices', command: 'outputs.choices' },

  { method: 'GET', path: '/mqtt', command: 'mqtt.get' },
  { method: 'PUT', path: '/mqtt', command: 'mqtt.replace', body: 'settings' },
  { method: 'PATCH', path: '/mqtt', command: 'mqtt.update', body: 'settings' },
  { method: 'POST', path: '/mqtt/connect', command: 'mqtt.connect' },
  { method: 'POST', path: '/mqtt/disconnect', command: 'mqtt.disconnect' },
  { method: 'POST', path: '/mqtt/test', command: 'mqtt.test', body: 'settings' },
  { method: 'POST', path: '/mqtt/publish', command: 'mqtt.publish', body: 'message' },
  { method: 'GET', path: '/mqtt/topics', command: 'mqtt.topics' },
  { method: 'GET', path: '/mqtt/subscriptions', command: 'mqttSubscriptions.list' },
  {
    method: 'POST',
    path: '/mqtt/subscriptions',
    command: 'mqttSubscriptions.create',
    body: 'subscription',
    status: 201,
  },
  { method: 'GET', path: '/mqtt/subscriptions/{id}', command: 'mqttSubscriptions.get' },
  {
    method: 'PUT',
    path: '/mqtt/subscriptions/{id}',
    command: 'mqttSubscriptions.update',
    body: 'subscription',
  },
  { method: 'DELETE', path: '/mqtt/subscriptions/{id}', command: 'mqttSubscriptions.delete' },
  { method: 'GET', path: '/recipients', command: 'recipients.list' },
  { method: 'POST', path: '/recipients', command: 'recipients.create', body: 'recipient', status: 201 },
  { method: 'GET', path: '/recipients/{id}', command: 'recipients.get' },
  { method: 'PUT', path: '/recipients/{id}', command: 'recipients.update', body: 'recipient' },
  {
    method: 'DELETE',
    path: '/recipients/{id}',
    command: 'recipients.delete',
    query: { discard: 'boolean' },
  },
  { method: 'POST', path: '/recipients/{id}/test', command: 'recipients.test', body: 'message' },
  { method: 'POST', path: '/recipients/{id}/send', command: 'recipients.send', body: 'message', status: 202 },
  { method: 'GET', path: '/recipients/{id}/outbox', command: 'recipients.outbox' },
  { method: 'GET', path: '/recipients/{id}/dead-letters', command: 'recipients.deadLetters' },
  { method: 'POST', path: '/recipients/{id}/dead-letters/{delivery}/retry', command: 'recipients.retry' },
  { method: 'DELETE', path: '/recipients/{id}/dead-letters/{delivery}', command: 'recipients.discard' },
  { method: 'POST', path: '/recipient-test', command: 'recipients.tryOut', body: 'recipient' },
  { method: 'GET', path: '/recipient-kinds', command: 'recipients.kinds' },

  { method: 'GET', path: '/patterns', command: 'patterns.list' },
  {
    method: 'GET',
    path: '/sounds/{pattern}',
    command: 'sounds.render',
    download: LARGEST_RENDERING,
    query: { part: 'text', sampleRate: 'number', intensity: 'number' },
  },
  { method: 'GET', path: '/own-sounds', command: 'ownSounds.list' },
  {
    method: 'GET',
    path: '/own-sounds/{name}',
    command: 'ownSounds.get',
    download: SOUND_LIMITS.fileBytes,
  },
  {
    method: 'PUT',
    path: '/own-sounds/{name}',
    command: 'ownSounds.put',
    body: 'file',
    upload: {
      types: [...WAV_TYPES, 'audio/flac', 'audio/x-flac', 'application/octet-stream'],
      limit: SOUND_LIMITS.fileBytes,
    },
  },
  { method: 'DELETE', path: '/own-sounds/{name}', command: 'ownSounds.delete' },
  { method: 'GET', path: '/speech', command: 'speech.get' },
  { method: 'GET', path: '/recording', command: 'output.recording', query: { since: 'number' } },
];
