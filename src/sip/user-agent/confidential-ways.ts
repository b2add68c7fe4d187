import type { SipRequest } from '../message/index.js';
import type { Target } from '../transport/flow.js';

/** What a line with the keys of encrypted audio begins with (RFC 4568 section 4). */
const KEYS = 'a=crypto:';

/**
 * The targets that a request may go to. A description with keys goes by TLS only (RFC 4568 section 7): a redirection,
 * a Contact or a server that has only UDP would otherwise show them to everybody on the way.
 */
export function confidentialWays(request: SipRequest, targets: readonly Target[]): readonly Target[] {
  if (!request.body.includes(KEYS)) return targets;
  return targets.filter(({ protocol }) => protocol === 'tls' || protocol === 'wss');
}
