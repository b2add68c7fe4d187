import { isIP } from 'node:net';
import type { Target } from '../transport/flow.js';

/**
 * The targets of a request in a dialog, and the way by which the dialog began. A target that leads to the same place
 * goes by that way, with what is known of its certificate; otherwise it is tried last. Over TLS it comes first where
 * the peer's Contact is a bare address: that proves nothing, and the way was trusted when the dialog was made.
 */
export function withWayBack(targets: readonly Target[], way: Target | undefined): readonly Target[] {
  if (!way) return targets;
  const index = targets.findIndex((target) => isSame(target, way));
  if (index >= 0) return targets.map((target, at) => (at === index ? { ...target, ...way } : target));
  const [first] = targets;
  if (first?.protocol === 'tls' && way.protocol === 'tls' && isIP(first.serverName ?? first.address) !== 0) {
    return [way, ...targets];
  }
  return [...targets, way];
}

function isSame(a: Target, b: Target): boolean {
  return a.address === b.address && a.port === b.port && a.protocol === b.protocol;
}
