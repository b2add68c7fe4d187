import type { DeviceEvent, OutputStateEvent, RegistrationEvent } from '../events/device-event.js';

/**
 * The events that say how something is, and say it again when that changes. The latest of each source is known, so
 * that a condition can ask how things are without having heard the change. Calls are kept apart: they end.
 */
export type StateEvent = RegistrationEvent | OutputStateEvent;
export type StateTopic = StateEvent['type'];

interface StateTopicKind<Event extends StateEvent> {
  /** What it tells about: an account, a port. */
  source(event: Event): string;
  /** What it tells; an event that repeats it changes nothing. */
  value(event: Event): string;
}

const TOPICS: { readonly [Topic in StateTopic]: StateTopicKind<Extract<StateEvent, { type: Topic }>> } = {
  'account.registration': { source: ({ account }) => account, value: ({ state }) => state },
  'output.state': { source: ({ output }) => output, value: ({ state }) => state },
};

/** Whether events of this type say how something is. */
export function isStateEvent(event: DeviceEvent): event is StateEvent {
  return Object.hasOwn(TOPICS, event.type);
}

export function sourceOfState(event: StateEvent): string {
  return kindOf(event).source(event);
}

export function valueOfState(event: StateEvent): string {
  return kindOf(event).value(event);
}

/** The table is complete by its type; an event always meets the kind of its own topic. */
function kindOf(event: StateEvent): StateTopicKind<StateEvent> {
  return TOPICS[event.type];
}
