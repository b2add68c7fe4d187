import type { ActivityEvent, CallStateEvent, CallState, DeviceEvent } from '../events/device-event.js';
import type { StateEvent } from './state-topics.js';

/** A call passed from one state to another; from Idle it is new, to Idle it is over. */
interface CallFactChange {
  readonly topic: 'call.state';
  readonly event: CallStateEvent;
  readonly before: CallState;
  readonly after: CallState;
  readonly keys: readonly string[];
}

/** Whether an activity shows or sounds, waits for a higher priority, or is not there. */
export type ActivityStanding = 'running' | 'waiting' | 'none';

/** An activity began, had to wait, came to its turn, or ended. */
interface ActivityFactChange {
  readonly topic: 'activity';
  readonly event: ActivityEvent;
  readonly before: ActivityStanding;
  readonly after: ActivityStanding;
  readonly keys: readonly string[];
}

/** Something is otherwise than it was. */
export interface StateFactChange<Event extends StateEvent> {
  readonly topic: Event['type'];
  readonly event: Event;
  /** What was known of the same source; none where it was never heard of. */
  readonly before: Event | undefined;
  readonly keys: readonly string[];
}

/** Something that happened and left nothing to remember. */
interface PlainChange<Event extends DeviceEvent> {
  readonly topic: Event['type'];
  readonly event: Event;
  readonly keys: readonly string[];
}

type PlainEvent = Exclude<DeviceEvent, CallStateEvent | ActivityEvent | StateEvent>;

/**
 * What an event changed in what the engine knows. The keys name the conditions that can be concerned; a
 * condition that waits under none of them is never looked at.
 */
export type FactChange =
  | CallFactChange
  | ActivityFactChange
  | { [Event in StateEvent as Event['type']]: StateFactChange<Event> }[StateEvent['type']]
  | { [Event in PlainEvent as Event['type']]: PlainChange<Event> }[PlainEvent['type']];
