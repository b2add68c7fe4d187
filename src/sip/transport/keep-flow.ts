import type { Duration } from '../../base/duration.js';
import type { SipsirenError } from '../../base/errors.js';
import type { SocketAddress } from './flow.js';

/** How a flow is kept open, and who hears of it (RFC 5626 section 4.4). */
export interface FlowKeeping {
  /** How often the peer is asked at the latest; each time 80 to 100 % of it pass, so that a crowd does not ask at once. */
  readonly interval: Duration;
  /** The flow is gone: reset, closed, not answered any more, or of another public address. Once at most, never within `keepFlow`. */
  readonly onLost: (error: SipsirenError) => void;
  /** UDP: our address as the peer sees it, with the first answer and after each change. Default: nobody hears of it. */
  readonly onMappedAddress?: ((address: SocketAddress) => void) | undefined;
  /**
   * Whether the peer has promised to answer (RFC 6223, outbound). Default false: one that has never answered is
   * not given up for that, since many servers ignore what they do not know.
   */
  readonly mustAnswer?: boolean | undefined;
}

/** A flow that is kept open until it is lost or let go. */
export interface KeptFlow {
  /** Asks no more, and reports nothing more. The flow itself stays open. Idempotent. */
  close(): void;
}

/** A flow that could not even be opened: its keeper hears of it later. */
export function neverKept(keeping: FlowKeeping, error: SipsirenError): KeptFlow {
  let isKept = true;
  queueMicrotask(() => {
    if (isKept) keeping.onLost(error);
  });
  return { close: () => (isKept = false) };
}

/** The time until the next question. */
export function jittered(interval: Duration, chance = Math.random()): Duration {
  return (interval * (0.8 + 0.2 * chance)) as Duration;
}
