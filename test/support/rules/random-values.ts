import * as fc from 'fast-check';

/*
 * What random rules and random events have in common. There is little of everything, so that they meet.
 */

/** Two of whatever has an id or a name. */
export const id = fc.constantFrom('a', 'b');
export const port = fc.constantFrom(1, 2);
export const account = fc.constantFrom('p2p', 'office');
export const direction = fc.constantFrom('Incoming' as const, 'Outgoing' as const);
export const profile = fc.constantFrom('One', 'Two');
export const uri = fc.constantFrom('1001', '1002', '1003').map((user) => `sip:${user}@pbx.example`);
export const callState = fc.constantFrom(
  'Idle' as const,
  'Calling' as const,
  'Ringing' as const,
  'Active' as const,
);
export const reason = fc.constantFrom('AcceptedByDevice' as const, 'Terminated' as const);
export const registrationState = fc.constantFrom(
  'unregistered' as const,
  'registering' as const,
  'registered' as const,
  'refused' as const,
  'unreachable' as const,
  'untrusted' as const,
);
export const blockReason = fc.constantFrom(
  'wrongPasswords' as const,
  'scan' as const,
  'flood' as const,
  'byHand' as const,
);
export const portState = fc.constantFrom('active' as const, 'inactive' as const, 'unknown' as const);
/** MQTT: a topic by itself, and one beside others. */
export const topic = fc.constantFrom('gate', 'camera/motion');
