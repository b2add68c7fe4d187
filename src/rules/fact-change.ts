import type {
  CallStateEvent,
  CallState,
  DeviceEvent,
  RegistrationEvent,
  RegistrationState,
} from '../events/device-event.js';

/** A call passed from one state to another; from Idle it is new, to Idle it is over. */
interface CallFactChange {
  readonly topic: 'call.state';
  readonly event: CallStateEvent;
  readonly before: CallState;
  readonly after: CallState;
  readonly keys: readonly string[];
}

/** The registration of an account passed from one state to another. */
interface RegistrationFactChange {
  readonly topic: 'account.registration';
  readonly event: RegistrationEvent;
  /** None where it was never heard of. */
  readonly before: RegistrationState | undefined;
  readonly after: RegistrationState;
  readonly keys: readonly string[];
}

/** The events that change what is known; all others happen and leave nothing to remember. */
type FactEvent = CallStateEvent | RegistrationEvent;

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
  | RegistrationFactChange
  | { [Event in Exclude<DeviceEvent, FactEvent> as Event['type']]: PlainChange<Event> }[Exclude<
      DeviceEvent,
      FactEvent
    >['type']];
