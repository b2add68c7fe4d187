import type { Clock } from '../base/clock.js';
import type { DigitalPortEvent } from '../events/device-event.js';
import type { IoPort } from './io-port-settings.js';

/** How a port is. */
export interface IoPortState {
  readonly state: DigitalPortEvent['state'];
  /** Why it is unknown. */
  readonly error?: string;
}

export interface IoLineOptions {
  readonly port: IoPort;
  readonly clock: Clock;
  /** It is otherwise than before. */
  readonly onState: (state: IoPortState) => void;
}
