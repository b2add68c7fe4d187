import { seconds, type Duration } from '../base/duration.js';
import type { CallDirection } from '../events/device-event.js';
import type { SipSettings } from './sip-settings.js';

/** How long a call may be active, and what is said when that has passed. */
export interface DurationLimit {
  readonly duration: Duration;
  readonly detail: string;
}

/** The limit of a call by the settings, the shorter of two; none where it may last for ever. */
export function durationLimit(
  direction: CallDirection,
  settings: Pick<SipSettings, 'incomingCallDurationSeconds' | 'endCallsAfterSeconds'>,
): DurationLimit | undefined {
  const { incomingCallDurationSeconds: incoming, endCallsAfterSeconds: any } = settings;
  if (direction === 'Incoming' && (any === null || incoming <= any)) {
    return limitOf(incoming, 'incoming call duration');
  }
  return any === null ? undefined : limitOf(any, 'end calls after');
}

function limitOf(count: number, setting: string): DurationLimit {
  const time = count === 1 ? 'a second' : `${count} seconds`;
  return {
    duration: seconds(count),
    detail: `the call has lasted ${time}, which is the setting "${setting}"`,
  };
}
