import type { AccountId, CallId } from '../../../src/base/ids.js';
import type {
  CallIdentity,
  CallState,
  CallStateChangeEvent,
  CallStateChangeReason,
  CallStateEvent,
} from '../../../src/events/device-event.js';

/** A call from the guard to 1001, unless the test says otherwise. */
export function callOf(id: string, more: Partial<CallIdentity> = {}): CallIdentity {
  return {
    callId: id as CallId,
    direction: 'Incoming',
    account: 'p2p' as AccountId,
    localUri: 'sip:1001@192.168.0.90',
    remoteUri: 'sip:guard@192.168.0.5',
    ...more,
  };
}

export function stateEvent(call: CallIdentity, state: CallState): CallStateEvent {
  return { type: 'call.state', ...call, state };
}

export function changeEvent(call: CallIdentity, reason: CallStateChangeReason): CallStateChangeEvent {
  return { type: 'call.stateChange', ...call, reason };
}
