/**
 * How much the layer keeps. What only waits for stray retransmissions costs some hundred bytes and no work,
 * so it counts towards a limit of its own, far above that of the transactions that still have something to do.
 */
export interface TransactionLimits {
  /** Unanswered or unacknowledged server transactions up to which every request is taken. Default 10,000. */
  readonly server: number;
  /** The same for requests within a dialog and for BYE and CANCEL: calls in progress outlive a flood. Default 20,000. */
  readonly inDialog: number;
  /** Server transactions that only wait for stray retransmissions, up to which a new call is taken. Default 300,000. */
  readonly lingering: number;
  /** Refusals (503) a second; what comes beyond is dropped unanswered. Default 500. */
  readonly refusalsPerSecond: number;
}

export const DEFAULT_LIMITS: TransactionLimits = {
  server: 10_000,
  inDialog: 20_000,
  lingering: 300_000,
  refusalsPerSecond: 500,
};
