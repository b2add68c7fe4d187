import type {
  AlarmEvent,
  CertificateEvent,
  DeviceEvent,
  DigitalPortEvent,
  HealthCheckEvent,
  HeartbeatEvent,
  ManualTriggerEvent,
  MqttConnectionEvent,
  MqttStateEvent,
  NetworkEvent,
  OutputStateEvent,
  RecipientStateEvent,
  RegistrationEvent,
  ScheduleEvent,
  StorageEvent,
  SystemEvent,
  VirtualInputEvent,
} from '../events/device-event.js';

/**
 * The events that say how something is, and say it again when that changes. The latest of each source is known, so
 * that a condition can ask how things are without having heard the change. Calls are kept apart: they end.
 */
export type StateEvent =
  | RegistrationEvent
  | OutputStateEvent
  | RecipientStateEvent
  | AlarmEvent
  | VirtualInputEvent
  | DigitalPortEvent
  | ManualTriggerEvent
  | HeartbeatEvent
  | ScheduleEvent
  | NetworkEvent
  | StorageEvent
  | CertificateEvent
  | HealthCheckEvent
  | SystemEvent
  | MqttStateEvent
  | MqttConnectionEvent;
export type StateTopic = StateEvent['type'];

interface StateTopicKind<Event extends StateEvent> {
  /** What it tells about: an account, a port. */
  source(event: Event): string;
  /** What it tells; an event that repeats it changes nothing. */
  value(event: Event): string;
  /** Whether it tells how something is at all; left out, always. */
  tells?(event: Event): boolean;
  /** Whether the source is there no longer, so that nothing need be remembered of it. Default: it stays. */
  isGone?(event: Event): boolean;
}

/** The source of what the device tells of itself. */
const DEVICE = 'device';

const TOPICS: { readonly [Topic in StateTopic]: StateTopicKind<Extract<StateEvent, { type: Topic }>> } = {
  alarm: { source: ({ profile }) => profile, value: ({ state }) => state },
  'account.registration': { source: ({ account }) => account, value: ({ state }) => state },
  'recipient.state': { source: ({ recipient }) => recipient, value: ({ state }) => state },
  'output.state': { source: ({ output }) => output, value: ({ state }) => state },
  'input.virtual': { source: ({ input }) => String(input), value: ({ active }) => String(active) },
  'input.digital': {
    source: ({ port }) => String(port),
    value: ({ state, direction }) => `${direction} ${state}`,
  },
  'trigger.manual': { source: ({ trigger }) => trigger, value: ({ active }) => String(active) },
  heartbeat: { source: ({ heartbeat }) => heartbeat, value: ({ state }) => state },
  schedule: { source: ({ schedule }) => schedule, value: ({ active }) => String(active) },
  network: { source: () => DEVICE, value: ({ state }) => state },
  storage: { source: () => DEVICE, value: ({ state }) => state },
  certificate: {
    source: ({ certificate }) => certificate,
    value: ({ state, daysLeft }) => `${state} ${daysLeft}`,
  },
  // A check that begins or is cut short says nothing of what the last one found.
  healthCheck: {
    source: () => DEVICE,
    value: ({ state }) => state,
    tells: ({ state }) => state === 'passed' || state === 'failed',
  },
  system: { source: () => DEVICE, value: ({ state }) => state },
  'mqtt.state': {
    source: ({ subscription, topic }) => mqttSource(subscription, topic),
    value: ({ payload, isGone }) => (isGone ? 'gone' : `is ${payload}`),
    isGone: ({ isGone }) => isGone === true,
  },
  // A broker that is tried again is lost, one that is tried for the first time is not.
  'mqtt.connection': {
    source: () => 'mqtt',
    value: ({ state, error }) => `${state}${error === undefined ? '' : ' after an error'}`,
  },
};

/** The source of a state that came over MQTT; no id of a subscription has a space. */
export function mqttSource(subscription: string, topic: string): string {
  return `${subscription} ${topic}`;
}

/** Whether events of this type say how something is. */
export function isStateEvent(event: DeviceEvent): event is StateEvent {
  if (!Object.hasOwn(TOPICS, event.type)) return false;
  const stateful = event as StateEvent;
  return kindOf(stateful).tells?.(stateful) ?? true;
}

export function sourceOfState(event: StateEvent): string {
  return kindOf(event).source(event);
}

export function valueOfState(event: StateEvent): string {
  return kindOf(event).value(event);
}

export function isGoneState(event: StateEvent): boolean {
  return kindOf(event).isGone?.(event) ?? false;
}

/** The table is complete by its type; an event always meets the kind of its own topic. */
function kindOf(event: StateEvent): StateTopicKind<StateEvent> {
  return TOPICS[event.type];
}
