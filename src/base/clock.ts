import type { Duration } from './duration.js';

/** A timer that was started and has not fired yet. Cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as a dependency: the system's in the device, a fake one in tests. */
export interface Clock {
  /** Milliseconds since an arbitrary start; only grows, with fractions. For measuring and for timers. */
  now(): number;
  /** Milliseconds since the Unix epoch; may jump when the system time is set. For what people read. */
  wallTime(): number;
  /**
   * Calls `onExpiry` once, after `delay`. The name appears when a test finds a timer left over, so it
   * says whose it is: `"invite-client B"`, `"registration refresh"`.
   */
  startTimer(name: string, delay: Duration, onExpiry: () => void): Timer;
}
