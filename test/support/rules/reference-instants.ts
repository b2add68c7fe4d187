import type { DeviceEvent } from '../../../src/events/device-event.js';
import { fitsCall } from './reference-calls.js';
import { isPayloadWanted, saysWhatIsWanted } from './reference-texts.js';
import type { Condition, ConditionOf } from './rule-types.js';

/** The conditions that docs/rules.md says are met at an instant. */
type InstantKind =
  | 'call.stateChange'
  | 'call.dtmf'
  | 'call.message'
  | 'mqtt.stateless'
  | 'schedule.pulse'
  | 'security.sourceBlocked';

type Instants = {
  readonly [Kind in InstantKind]: (wanted: ConditionOf<Kind>, event: DeviceEvent) => boolean;
};

const INSTANTS: Instants = {
  'call.stateChange': (wanted, event) =>
    event.type === 'call.stateChange' && event.reason === wanted.reason && fitsCall(wanted, event),
  'call.dtmf': (wanted, event) => {
    if (event.type === 'call.dtmfSequence')
      return event.sequenceId === wanted.sequence && fitsCall(wanted, event);
    if (event.type !== 'call.dtmf' || wanted.digits === undefined) return false;
    return isDialledOnceMore(wanted.digits, event.keys) && fitsCall(wanted, event);
  },
  'call.message': (wanted, event) =>
    event.type === 'message.received' && saysWhatIsWanted(wanted, event.text) && fitsCall(wanted, event),
  'mqtt.stateless': (wanted, event) =>
    event.type === 'mqtt.message' && !event.retained && isPayloadWanted(wanted, event),
  'schedule.pulse': (wanted, event) => event.type === 'pulse' && event.schedule === wanted.schedule,
  'security.sourceBlocked': (wanted, event) =>
    event.type === 'source.blocked' &&
    event.change === 'blocked' &&
    (wanted.reason ?? event.reason) === event.reason,
};

export type InstantCondition = ConditionOf<InstantKind>;

export function isInstant(condition: Condition): condition is InstantCondition {
  return Object.hasOwn(INSTANTS, condition.kind);
}

/** Whether the event is what the condition waits for. */
export function happens(condition: InstantCondition, event: DeviceEvent): boolean {
  return INSTANTS[condition.kind](condition as never, event);
}

/** With the last key there is one more of the digits in the keys, none of them counted twice. */
function isDialledOnceMore(digits: string, keys: string): boolean {
  return keys.split(digits).length > keys.slice(0, -1).split(digits).length;
}
