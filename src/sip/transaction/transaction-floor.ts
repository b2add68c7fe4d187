import type { Clock } from '../../base/clock.js';
import type { SipTransport } from '../transport/transport.js';
import type { ExpiryWheel } from './expiry-wheel.js';
import type { TimerDurations } from './timer-durations.js';

/** What a transaction stands on: time, the transport, and the layer that keeps it in its tables. */
export interface TransactionFloor<Shell> {
  readonly clock: Clock;
  readonly wheel: ExpiryWheel;
  readonly durations: TimerDurations;
  readonly transport: SipTransport;
  onTerminated(shell: Shell): void;
  /** A transaction user threw. */
  onInternalError(error: unknown): void;
}
