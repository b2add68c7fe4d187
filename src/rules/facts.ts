import type { CallId } from '../base/ids.js';
import type { ActivityEvent, CallIdentity, CallStateEvent, DeviceEvent } from '../events/device-event.js';
import { keysOfActivity } from './activity-keys.js';
import { MESSAGE_KEY, pushKeysOfCall } from './call-keys.js';
import type { ActivityStanding, FactChange } from './fact-change.js';
import {
  isGoneState,
  isStateEvent,
  sourceOfState,
  valueOfState,
  type StateEvent,
  type StateTopic,
} from './state-topics.js';

/** The key under which conditions wait that ask for any source of a state. */
export const ANY_SOURCE = '';

interface KnownActivity {
  readonly event: ActivityEvent;
  readonly standing: ActivityStanding;
}

/** What is known of the world between two events, kept up from the events alone. */
export class Facts {
  /** Calls that are not Idle; an Idle call is over and forgotten. */
  readonly #calls = new Map<CallId, CallStateEvent>();
  /** The latest event of each source, by topic. */
  readonly #states = new Map<StateTopic, Map<string, StateEvent>>();

  /** Activities that have not ended, by function and id. */
  readonly #activities = new Map<string, KnownActivity>();

  /** The same, to go on with apart from this one. */
  copy(): Facts {
    const copy = new Facts();
    for (const [id, call] of this.#calls) copy.#calls.set(id, call);
    for (const [topic, known] of this.#states) copy.#states.set(topic, new Map(known));
    for (const [id, activity] of this.#activities) copy.#activities.set(id, activity);
    return copy;
  }

  get activities(): Iterable<KnownActivity> {
    return this.#activities.values();
  }

  get calls(): Iterable<CallStateEvent> {
    return this.#calls.values();
  }

  /** How every source of a topic is, or the one that is named, as far as it was reported. */
  states<Topic extends StateTopic>(topic: Topic, source?: string): Extract<StateEvent, { type: Topic }>[] {
    const known = this.#states.get(topic);
    const asked = source === undefined ? [...(known?.values() ?? [])] : [known?.get(source)];
    return asked.filter((event) => event !== undefined) as Extract<StateEvent, { type: Topic }>[];
  }

  /** Takes an event in and tells what it changed; nothing where it repeats what was known. */
  apply(event: DeviceEvent): readonly FactChange[] {
    if (isStateEvent(event)) return this.#applyState(event);
    switch (event.type) {
      case 'call.state':
        return this.#applyCallState(event);
      case 'call.stateChange': {
        const keys: string[] = [];
        pushKeysOfCall(keys, event.reason, event);
        return [{ topic: event.type, event, keys }];
      }
      case 'message.received': {
        const keys: string[] = [];
        pushKeysOfCall(keys, MESSAGE_KEY, event);
        return [{ topic: event.type, event, keys }];
      }
      case 'call.dtmf':
        return [{ topic: event.type, event, keys: [event.digit] }];
      case 'call.dtmfSequence':
        return [{ topic: event.type, event, keys: [event.sequenceId] }];
      case 'pulse':
        return [{ topic: event.type, event, keys: [event.schedule] }];
      case 'activity':
        return this.#applyActivity(event);
      case 'source.blocked':
        return [{ topic: event.type, event, keys: [event.change] }];
      case 'mqtt.message':
        return [{ topic: event.type, event, keys: [event.subscription] }];
      default:
        return [];
    }
  }

  #applyState(event: StateEvent): readonly FactChange[] {
    const source = sourceOfState(event);
    let known = this.#states.get(event.type);
    if (known === undefined) this.#states.set(event.type, (known = new Map<string, StateEvent>()));
    const before = known.get(source);
    if (isGoneState(event)) known.delete(source);
    else known.set(source, event);
    if (before !== undefined && valueOfState(before) === valueOfState(event)) return [];
    return [{ topic: event.type, event, before, keys: [ANY_SOURCE, source] } as FactChange];
  }

  #applyActivity(event: ActivityEvent): readonly FactChange[] {
    const id = `${event.function} ${event.activityId}`;
    const before = this.#activities.get(id)?.standing ?? 'none';
    const after = event.change === 'ended' ? 'none' : event.running ? 'running' : 'waiting';
    if (after === 'none') this.#activities.delete(id);
    else this.#activities.set(id, { event, standing: after });
    return before === after ? [] : [{ topic: 'activity', event, before, after, keys: keysOfActivity(event) }];
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
