import type { CallStateEvent, CallState, DeviceEvent } from '../events/device-event.js';

/** A call passed from one state to another; from Idle it is new, to Idle it is over. */
interface CallFactChange {
  readonly topic: 'call.state';
  readonly event: CallStateEvent;
  readonly before: CallState;
  readonly after: CallState;
  readonly keys: readonly string[];
}

/** Something that happened and left nothing to remember. */
interface PlainChange<Event extends DeviceEvent> {
  readonly topic: Event['type'];
  readonly event: Event;
  readonly keys: readonly string[];
}

/**
 * What an event changed in what the engine knows. The keys name the conditions that can be concerned; a
 * condition that waits under none of them is never looked at.
 */
export type FactChange =
  | CallFactChange
  | { [Event in Exclude<DeviceEvent, CallStateEvent> as Event['type']]: PlainChange<Event> }[Exclude<
      DeviceEvent,
      CallStateEvent
    >['type']];
