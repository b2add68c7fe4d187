import { callOf, changeEvent, stateEvent } from '../support/rules/call-events.js';
import type { DeviceEvent } from '../../src/events/device-event.js';

/** A whole call to the extension 1001. */
export function callEvents(callId: string): DeviceEvent[] {
  const call = callOf(callId, { localUri: 'sip:1001@192.168.0.90' });
  return [
    stateEvent(call, 'Ringing'),
    changeEvent(call, 'AcceptedByDevice'),
    stateEvent(call, 'Active'),
    changeEvent(call, 'Terminated'),
    stateEvent(call, 'Idle'),
  ];
}
