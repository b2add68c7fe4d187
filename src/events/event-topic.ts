import type { DeviceEvent, DeviceEventType } from './device-event.js';

type Values = Readonly<Record<string, string>>;

/** An event in the words of ONVIF: a topic, what it is about, and what it says. */
export interface TopicMessage {
  /** Names with their namespaces: `onvif:Device/axis:Status/SystemReady`. */
  readonly topic: string;
  /** Whether it says how something is; else something happened. */
  readonly isProperty: boolean;
  /** What it is about: `{ Account: 'pbx' }`. */
  readonly source: Values;
  readonly key: Values;
  readonly data: Values;
}

/** How the events of one type are told. */
interface EventTopic<Event extends DeviceEvent> {
  readonly topic: string;
  readonly isProperty: boolean;
  source?(event: Event): Fields;
  data(event: Event): Fields;
}

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;
type EventOf<Type extends DeviceEventType> = Extract<DeviceEvent, { type: Type }>;

/**
 * The topics of the device. Where the manufacturer of the manual's device has a topic for it, it is that one
 * (namespace `axis`, of ONVIF itself `onvif`); what only this device has is in the namespace `sipsiren`.
 */
const TOPICS: { readonly [Type in DeviceEventType]?: EventTopic<EventOf<Type>> } = {
  'call.state': {
    topic: 'axis:Call/State',
    isProperty: true,
    source: () => ({ Source: 'StrobeSiren' }),
    data: ({ state, callId, direction, account, localUri, remoteUri }) => ({
      CallState: state,
      CallId: callId,
      Direction: direction,
      Account: account,
      DeviceURI: localUri,
      RemoteURI: remoteUri,
    }),
  },
  'call.stateChange': {
    topic: 'axis:Call/StateChange',
    isProperty: false,
    source: () => ({ Source: 'StrobeSiren' }),
    data: ({ reason, detail, callId, direction, account, localUri, remoteUri }) => ({
      Reason: reason,
      Detail: detail,
      CallId: callId,
      Direction: direction,
      Account: account,
      DeviceURI: localUri,
      RemoteURI: remoteUri,
    }),
  },
  'call.dtmfSequence': {
    topic: 'axis:Call/DTMF',
    isProperty: false,
    source: ({ sequenceId }) => ({ DTMFEventId: sequenceId }),
    data: ({ callId, sequence, description, remoteUri }) => ({
      CallId: callId,
      Sequence: sequence,
      Description: description,
      RemoteURI: remoteUri,
    }),
  },
  'call.dtmf': {
    topic: 'sipsiren:Call/Key',
    isProperty: false,
    data: ({ digit, keys, method, callId, remoteUri }) => ({
      Digit: digit,
      Keys: keys,
      Method: method,
      CallId: callId,
      RemoteURI: remoteUri,
    }),
  },
  'message.received': {
    topic: 'sipsiren:Call/Message',
    isProperty: false,
    data: ({ text, account, localUri, remoteUri, displayName, messageId }) => ({
      Text: text,
      Account: account,
      DeviceURI: localUri,
      RemoteURI: remoteUri,
      DisplayName: displayName,
      MessageId: messageId,
    }),
  },
  'account.registration': {
    topic: 'sipsiren:Account/Registration',
    isProperty: true,
    source: ({ account }) => ({ Account: account }),
    data: ({ state, server, status, reason }) => ({
      State: state,
      Server: server,
      Status: status,
      Reason: reason,
    }),
  },
  activity: {
    topic: 'sipsiren:SirenAndLight/Activity',
    isProperty: false,
    source: (event) => ({ Function: event.function }),
    data: ({ change, profile, purpose, priority, activityId, cause }) => ({
      Change: change,
      Profile: profile,
      Purpose: purpose,
      Priority: priority,
      ActivityId: activityId,
      Cause: cause,
    }),
  },
  alarm: {
    topic: 'sipsiren:SirenAndLight/Alarm',
    isProperty: true,
    source: ({ profile }) => ({ Profile: profile }),
    data: ({ state, change, alarmId, priority, cause, by, note }) => ({
      State: state,
      Change: change,
      AlarmId: alarmId,
      Priority: priority,
      Cause: cause,
      By: by,
      Note: note,
    }),
  },
  healthCheck: {
    topic: 'sipsiren:SirenAndLight/HealthCheck',
    isProperty: true,
    data: ({ state, silent, failed }) => ({ State: state, Silent: silent, Failed: failed.join(',') }),
  },
  'output.state': {
    topic: 'sipsiren:Output/State',
    isProperty: true,
    source: ({ output }) => ({ Output: output }),
    data: ({ state, name, kind, error }) => ({ State: state, Name: name, Kind: kind, Error: error }),
  },
  rule: {
    topic: 'sipsiren:Rule/State',
    isProperty: true,
    source: ({ rule }) => ({ Rule: rule }),
    data: ({ name, change }) => ({ Name: name, Active: change === 'activated' }),
  },
  'input.virtual': {
    topic: 'onvif:Device/axis:IO/VirtualInput',
    isProperty: true,
    source: ({ input }) => ({ port: input }),
    data: ({ active, name }) => ({ active, name }),
  },
  'input.digital': {
    topic: 'onvif:Device/axis:IO/Port',
    isProperty: true,
    source: ({ port }) => ({ port }),
    data: ({ state, direction, name, error }) => ({
      state: state === 'unknown' ? state : state === 'active',
      direction,
      name,
      error,
    }),
  },
  'trigger.manual': {
    topic: 'onvif:Device/axis:IO/VirtualPort',
    isProperty: true,
    source: ({ trigger }) => ({ port: trigger }),
    data: ({ active, name }) => ({ state: active, name }),
  },
  schedule: {
    topic: 'onvif:UserAlarm/axis:Recurring/Interval',
    isProperty: true,
    source: ({ schedule }) => ({ id: schedule }),
    data: ({ active, name }) => ({ active, name }),
  },
  pulse: {
    topic: 'onvif:UserAlarm/axis:Recurring/Pulse',
    isProperty: false,
    source: ({ schedule }) => ({ id: schedule }),
    data: ({ name }) => ({ name }),
  },
  heartbeat: {
    topic: 'onvif:Device/axis:Monitor/Heartbeat',
    isProperty: true,
    source: ({ heartbeat }) => ({ id: heartbeat }),
    data: ({ state, name }) => ({ state: state === 'lost', heartbeat: state, name }),
  },
  network: {
    topic: 'onvif:Device/axis:Network/Lost',
    isProperty: true,
    data: ({ state, addresses }) => ({ lost: state === 'lost', addresses: addresses.join(',') }),
  },
  storage: {
    topic: 'sipsiren:Device/Storage',
    isProperty: true,
    data: ({ state, usedPercent, freeBytes }) => ({ state, usedPercent, freeBytes }),
  },
  certificate: {
    topic: 'sipsiren:Device/Certificate',
    isProperty: true,
    source: ({ certificate }) => ({ certificate }),
    data: ({ state, name, daysLeft }) => ({ state, name, daysLeft }),
  },
  configuration: {
    topic: 'sipsiren:Configuration/Changed',
    isProperty: false,
    data: ({ sections }) => ({ Sections: sections.join(',') }),
  },
  system: {
    topic: 'onvif:Device/axis:Status/SystemReady',
    isProperty: true,
    data: ({ state }) => ({ ready: state === 'ready' }),
  },
};

/** What is told by no topic: what came by MQTT must not go back there in a circle. */
const UNTOLD: ReadonlySet<DeviceEventType> = new Set(['mqtt.message', 'mqtt.state', 'mqtt.connection']);

/** The topics that are known beforehand, for those who choose one. */
export const EVENT_TOPICS: readonly { readonly topic: string; readonly isProperty: boolean }[] =
  Object.values(TOPICS).map(({ topic, isProperty }) => ({ topic, isProperty }));

/** An event as its topic tells it; none of an event that is not told. */
export function topicMessageOf(event: DeviceEvent): TopicMessage | undefined {
  if (UNTOLD.has(event.type)) return undefined;
  // A row always meets events of its own type, which TypeScript cannot follow through the table.
  const row = TOPICS[event.type] as EventTopic<DeviceEvent> | undefined;
  if (!row) return plainMessage(event);
  const { topic, isProperty } = row;
  return {
    topic,
    isProperty,
    source: texts(row.source?.(event) ?? {}),
    key: {},
    data: texts(row.data(event)),
  };
}

/** Of an event without a row: its type is the topic, and its simple fields are what it says. */
function plainMessage({ type, ...fields }: DeviceEvent): TopicMessage {
  const topic = `sipsiren:${(type as string).split('.').map(capitalised).join('/')}`;
  const simple = Object.entries(fields).filter(([, value]) => typeof value !== 'object');
  const data = Object.fromEntries(simple.map(([name, value]) => [capitalised(name), value]));
  return { topic, isProperty: false, source: {}, key: {}, data: texts(data) };
}

/** All values are texts; what is true is 1. Fields that are not there are left out. */
function texts(fields: Fields): Values {
  const told: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    told[name] = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
  }
  return told;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
