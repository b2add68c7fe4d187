import type { Target } from '../transport/flow.js';

/** @public */
export interface TcpSwitchOptions {
  /** Whether large requests go over TCP. */
  readonly enabled: boolean;
  /** Bytes that the path to the target takes in one packet. Default 1500, as Ethernet. */
  readonly mtu?: number;
}

/** What RFC 3261 section 18.1.1 keeps free for the response, which may be larger than its request. */
const HEADROOM = 200;

/**
 * Makes a request that does not fit a datagram go over TCP (RFC 3261 section 18.1.1): each UDP target
 * becomes the same by TCP, then by UDP after all, for a peer that has no TCP.
 */
export function withTcpSwitch(
  targets: readonly Target[],
  messageBytes: number,
  options: TcpSwitchOptions,
): readonly Target[] {
  if (!options.enabled || messageBytes <= (options.mtu ?? 1_500) - HEADROOM) return targets;
  return targets.flatMap((target): readonly Target[] =>
    target.protocol === 'udp' ? [{ ...target, protocol: 'tcp' }, target] : [target],
  );
}
