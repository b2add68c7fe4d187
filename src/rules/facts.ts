import type { CallId } from '../base/ids.js';
import type { CallIdentity, CallStateEvent, DeviceEvent } from '../events/device-event.js';
import { pushKeysOfCall } from './call-keys.js';
import type { FactChange } from './fact-change.js';

/** What is known of the world between two events, kept up from the events alone. */
export class Facts {
  /** Calls that are not Idle; an Idle call is over and forgotten. */
  readonly #calls = new Map<CallId, CallStateEvent>();

  get calls(): Iterable<CallStateEvent> {
    return this.#calls.values();
  }

  /** Takes an event in and tells what it changed; nothing where it repeats what was known. */
  apply(event: DeviceEvent): readonly FactChange[] {
    switch (event.type) {
      case 'call.state':
        return this.#applyCallState(event);
      case 'call.stateChange': {
        const keys: string[] = [];
        pushKeysOfCall(keys, event.reason, event);
        return [{ topic: event.type, event, keys }];
      }
      default:
        return [];
    }
  }

  #applyCallState(event: CallStateEvent): readonly FactChange[] {
    const known = this.#calls.get(event.callId);
    if (event.state === 'Idle') this.#calls.delete(event.callId);
    else this.#calls.set(event.callId, event);
    if (known === undefined) return event.state === 'Idle' ? [] : [callChange(event, 'Idle', event.state)];
    if (isSameCall(known, event)) {
      return known.state === event.state ? [] : [callChange(event, known.state, event.state)];
    }
    // A call that changed its addresses ended for those who waited for the old ones, and began for the others.
    const ended = callChange({ ...known, state: 'Idle' }, known.state, 'Idle');
    return event.state === 'Idle' ? [ended] : [ended, callChange(event, 'Idle', event.state)];
  }
}

function callChange(
  event: CallStateEvent,
  before: CallStateEvent['state'],
  after: CallStateEvent['state'],
): FactChange {
  const keys: string[] = [];
  pushKeysOfCall(keys, before, event);
  pushKeysOfCall(keys, after, event);
  return { topic: 'call.state', event, before, after, keys };
}

function isSameCall(one: CallIdentity, other: CallIdentity): boolean {
  return (
    one.localUri === other.localUri &&
    one.remoteUri === other.remoteUri &&
    one.direction === other.direction &&
    one.account === other.account
  );
}
