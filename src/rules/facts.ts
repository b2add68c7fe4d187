import type { AccountId, CallId } from '../base/ids.js';
import type { CallIdentity, CallStateEvent, DeviceEvent, RegistrationEvent } from '../events/device-event.js';
import { pushKeysOfCall } from './call-keys.js';
import type { FactChange } from './fact-change.js';
import { keysOfRegistrationChange } from './registration-keys.js';

/** What is known of the world between two events, kept up from the events alone. */
export class Facts {
  /** Calls that are not Idle; an Idle call is over and forgotten. */
  readonly #calls = new Map<CallId, CallStateEvent>();

  /** The registration of each account that was ever reported. */
  readonly #registrations = new Map<AccountId, RegistrationEvent>();

  get registrations(): Iterable<RegistrationEvent> {
    return this.#registrations.values();
  }

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
      case 'call.dtmf':
        return [{ topic: event.type, event, keys: [event.digit] }];
      case 'call.dtmfSequence':
        return [{ topic: event.type, event, keys: [event.sequenceId] }];
      case 'account.registration':
        return this.#applyRegistration(event);
      default:
        return [];
    }
  }

  #applyRegistration(event: RegistrationEvent): readonly FactChange[] {
    const { account, state: after } = event;
    const before = this.#registrations.get(account)?.state;
    this.#registrations.set(account, event);
    if (before === after) return [];
    return [
      { topic: event.type, event, before, after, keys: keysOfRegistrationChange(account, { before, after }) },
    ];
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
